/**
 * The dependency descriptor of AV1 (AV1 RTP specification §A.8), read in place: which layers a packet is of, and from where on others can be
 * decoded. A key picture says by what templates those after it are described:
 *
 *     |S|E| template id |  frame number (16)  |   S, E: first and last packet of a layer of a picture
 *     |structure|active|dtis|fdiffs|chains|       which of these follow; else it is as its template says
 *
 * One object reads the packets of one source: nothing is allocated for those that bring no templates.
 */
import { Bits } from './bits.ts';
import type { LayerReader } from './layers.ts';
import type { RtpPacket } from './packet.ts';

/** How many templates, and decode targets, there are at most (§A.8.2). */
const templatesMost = 64;
const targetsMost = 32;
/** A decode target can be switched to with this picture (§A.4). */
const isSwitch = 2;

export class DependencyDescriptor implements LayerReader {
  spatial = 0;
  temporal = 0;
  isBegin = false;
  isEnd = false;
  isPredicted = false;
  risesTo = 0;
  readonly #id: number;
  readonly #bits = new Bits();
  #offset = 0;
  #templates = 0;
  #targets = 0;
  /** By template. */
  readonly #spatials = new Uint8Array(templatesMost);
  readonly #temporals = new Uint8Array(templatesMost);
  readonly #predicted = new Uint8Array(templatesMost);
  readonly #rises = new Uint8Array(templatesMost);
  /** What it is for each target, template by template. */
  readonly #indications = new Uint8Array(templatesMost * targetsMost);
  /** The highest temporal layer of each target. */
  readonly #targetTemporals = new Uint8Array(targetsMost);

  /** `id`: of its header extension. */
  constructor(id: number) {
    this.#id = id;
  }

  readPacket(packet: RtpPacket): boolean {
    const at = packet.extensionAt(this.#id, 3);
    return at !== 0 && this.read(packet.bytes, at, at + packet.extensionLength(this.#id));
  }

  /** False where it is cut off, or speaks of templates that nobody has named. */
  read(bytes: Buffer, from: number, end: number): boolean {
    const bits = this.#bits;
    const first = bytes[from]!;
    const isExtended = end - from > 3;
    bits.open(bytes, from + 3, end);
    const hasStructure = isExtended && bits.take(1) === 1;
    const hasActive = isExtended && bits.take(1) === 1;
    const hasIndications = isExtended && bits.take(1) === 1;
    const hasDifferences = isExtended && bits.take(1) === 1;
    if (isExtended) bits.take(1);
    if (hasStructure && !this.#readStructure()) return false;
    if (hasActive) bits.take(this.#targets);
    const template = ((first & 0x3f) + templatesMost - this.#offset) % templatesMost;
    if (template >= this.#templates) return false;
    this.isBegin = (first & 0x80) !== 0;
    this.isEnd = (first & 0x40) !== 0;
    this.spatial = this.#spatials[template]!;
    this.temporal = this.#temporals[template]!;
    this.risesTo = hasIndications ? this.#risesByBits() : this.#rises[template]!;
    this.isPredicted = hasDifferences ? bits.take(2) !== 0 : this.#predicted[template] === 1;
    return !bits.isOver;
  }

  /** §A.8.2, `template_dependency_structure`. Nothing of it holds where it is cut off. */
  #readStructure(): boolean {
    const bits = this.#bits;
    this.#templates = 0;
    this.#offset = bits.take(6);
    this.#targets = bits.take(5) + 1;
    const templates = this.#readLayers();
    this.#targetTemporals.fill(0);
    for (let template = 0; template < templates; template++) this.#readIndications(template);
    for (let template = 0; template < templates; template++) {
      this.#predicted[template] = 0;
      while (bits.take(1) === 1) {
        bits.take(4);
        this.#predicted[template] = 1;
      }
    }
    this.#skipChains(templates);
    if (bits.take(1) === 1) bits.take(32 * (this.#spatials[templates - 1]! + 1));
    if (bits.isOver) return false;
    for (let template = 0; template < templates; template++) this.#rises[template] = this.#risesOf(template * targetsMost);
    this.#templates = templates;
    return true;
  }

  /** How many templates there are; their layers go up in time, and then in size. */
  #readLayers(): number {
    let [template, spatial, temporal] = [0, 0, 0];
    for (; ; template++) {
      this.#spatials[template] = spatial;
      this.#temporals[template] = temporal;
      const next = this.#bits.take(2);
      if (next === 3 || template === templatesMost - 1 || this.#bits.isOver) return template + 1;
      if (next === 1) temporal++;
      else if (next === 2) [spatial, temporal] = [spatial + 1, 0];
    }
  }

  #readIndications(template: number): void {
    for (let target = 0; target < this.#targets; target++) {
      const indication = this.#bits.take(2);
      this.#indications[template * targetsMost + target] = indication;
      if (indication === 0) continue;
      this.#targetTemporals[target] = Math.max(this.#targetTemporals[target]!, this.#temporals[template]!);
    }
  }

  #skipChains(templates: number): void {
    const bits = this.#bits;
    const chains = bits.takeOneOf(this.#targets + 1);
    if (chains === 0) return;
    for (let target = 0; target < this.#targets; target++) bits.takeOneOf(chains);
    bits.take(4 * chains * templates);
  }

  #risesOf(from: number): number {
    let highest = 0;
    for (let target = 0; target < this.#targets; target++)
      if (this.#indications[from + target] === isSwitch) highest = Math.max(highest, this.#targetTemporals[target]!);
    return highest;
  }

  #risesByBits(): number {
    let highest = 0;
    for (let target = 0; target < this.#targets; target++)
      if (this.#bits.take(2) === isSwitch) highest = Math.max(highest, this.#targetTemporals[target]!);
    return highest;
  }
}
