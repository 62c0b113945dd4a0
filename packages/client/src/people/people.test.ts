import { expect, it } from 'vitest';
import { connect } from '../connect.ts';
import { World } from '../world.fixture.ts';
import { peopleOf } from './people.ts';

it('a device is called otherwise, or it is told why not', async () => {
  const world = new World();
  const opening = connect({ token: 'secret' }, world.platform);
  await world.welcome({});
  const people = peopleOf(await opening);
  const naming = people.nameDevice('device-2', 'Kitchen tablet');
  expect(world.socket.last('name_device')).toMatchObject({ device: 'device-2', name: 'Kitchen tablet' });
  world.socket.answer('name_device');
  await naming;

  const refused = people.nameDevice('device-3', ' ');
  world.socket.refuse('name_device', 'name_invalid');
  await expect(refused).rejects.toMatchObject({ code: 'name_invalid' });
});
