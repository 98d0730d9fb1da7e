import { expect, it } from 'vitest';
import { parseConfig } from './config';

const whole = {
  region: 'eu-west-1',
  api: 'https://a/v1/',
  live: 'wss://b',
  userPoolId: 'p',
  clientId: 'c',
  identityPoolId: 'i',
};

it('takes a whole configuration, with or without a slash after the API', () => {
  expect(parseConfig(whole)).toEqual({ ...whole, api: 'https://a/v1' });
});

it('names what is missing', () => {
  expect(() => parseConfig({ ...whole, clientId: '', api: undefined })).toThrow(
    'config.json lacks api, clientId',
  );
  expect(() => parseConfig(null)).toThrow('config.json lacks');
});
