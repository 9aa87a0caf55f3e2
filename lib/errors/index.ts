export * from './invalid-input-error';
