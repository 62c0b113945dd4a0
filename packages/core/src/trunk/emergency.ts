/** Emergency numbers: 112 and 911, which mobile phones reach help by everywhere (3GPP TS 22.101 §10.1.1), and those of a country beside. */
const everywhere = ['112', '911'];

/** By ISO 3166 codes; police, fire and ambulance, where they have other numbers. */
const beside: Readonly<Record<string, readonly string[]>> = {
  AR: ['100', '101', '107'],
  AT: ['122', '133', '144'],
  AU: ['000', '106'],
  BE: ['100', '101'],
  BR: ['190', '192', '193'],
  CH: ['117', '118', '144', '1414'],
  CL: ['131', '132', '133'],
  CN: ['110', '119', '120', '122'],
  CZ: ['150', '155', '156', '158'],
  DE: ['110'],
  ES: ['061', '062', '080', '085', '091', '092'],
  FR: ['114', '15', '17', '18', '191', '196'],
  GB: ['999'],
  GR: ['100', '108', '166', '199'],
  HK: ['999'],
  HR: ['192', '193', '194', '195'],
  HU: ['104', '105', '107'],
  IE: ['999'],
  IL: ['100', '101', '102'],
  IN: ['100', '101', '102', '108'],
  IT: ['113', '115', '118', '1530'],
  JP: ['110', '118', '119'],
  KR: ['119'],
  LI: ['117', '118', '144'],
  LU: ['113'],
  MX: ['060', '065', '066', '068'],
  NO: ['110', '113'],
  NZ: ['111'],
  PL: ['997', '998', '999'],
  PT: ['115'],
  RO: ['113'],
  RU: ['101', '102', '103'],
  SG: ['995', '999'],
  SK: ['150', '155', '158'],
  TR: ['110', '155', '156'],
  UA: ['101', '102', '103'],
  ZA: ['10111', '10177'],
};

/** `country`: of the server; undefined: nobody has said it. `more`: those that its operator names. */
export function isEmergency(dialled: string, country: string | undefined, more: readonly string[]): boolean {
  return [...everywhere, ...(beside[country ?? ''] ?? []), ...more].includes(dialled);
}
