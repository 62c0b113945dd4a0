export * from './attributes.ts';
export * from './codecs.ts';
export * from './description.ts';
export * from './security.ts';
