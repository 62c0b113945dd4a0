/** `gallery.html?screen=NAME`: one screen of the phone from fixed data. Without a name: a list of them. For development only. */
import { commandEvent } from '../src/elements/element.ts';
import { PhoneApp } from '../src/elements/phone.ts';
import { picture } from './pictures.ts';
import { screens } from './screens.ts';

const wanted = new URLSearchParams(location.search);
const all = screens({ mine: await picture('lena'), theirs: await picture('anna') });
const state = all[wanted.get('screen') ?? ''];

if (state === undefined) {
  document.body.style.overflow = 'auto';
  for (const name of Object.keys(all)) {
    const link = document.createElement('a');
    link.href = `?screen=${name}`;
    link.textContent = name;
    link.style.cssText = 'display: block; padding: 4px 16px';
    document.body.append(link);
  }
} else {
  const phone = new PhoneApp();
  phone.state = state;
  phone.whereabouts = {
    url: 'https://192.168.1.20:8080/',
    secondUrl: '/?new',
    reachable: !wanted.has('local'),
  };
  phone.addEventListener(commandEvent, ({ detail }) => {
    document.documentElement.dataset['command'] = JSON.stringify(detail);
  });
  document.body.append(phone);
}
