import { expect, it } from 'vitest';
import { parseConfig } from './config';

const complete = {
  region: 'eu-west-1',
  api: 'https://a/v1/',
  live: 'wss://b',
  userPoolId: 'p',
  clientId: 'c',
  identityPoolId: 'i',
};

it('a complete configuration is accepted, with or without a slash after the API', () => {
  expect(parseConfig(complete)).toEqual({ ...complete, api: 'https://a/v1' });
});

it('an error names the missing fields', () => {
  expect(() => parseConfig({ ...complete, clientId: '', api: undefined })).toThrow(
    'config.json lacks api, clientId',
  );
  expect(() => parseConfig(null)).toThrow('config.json lacks');
});
