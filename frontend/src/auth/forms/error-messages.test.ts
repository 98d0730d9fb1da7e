import { expect, it } from 'vitest';
import { ApiError, NetworkError } from '../../api/errors';
import { t } from '../../texts';
import { FieldError } from '../../ui/forms/validation';
import { authMessage } from './error-messages';

const named = (name: string, message = '') => Object.assign(new Error(message), { name });

it.each([
  [
    named('NotAuthorizedException', 'Incorrect username or password.'),
    { text: t.auth.wrong, field: 'password' },
  ],
  [named('NotAuthorizedException', 'Password attempts exceeded'), { text: t.auth.tooMany }],
  [
    named('LimitExceededException', 'Attempt limit exceeded, please try after some time.'),
    { text: t.auth.tooMany },
  ],
  [named('CodeMismatchException'), { text: t.auth.wrongCode, field: 'code' }],
  [named('ExpiredCodeException'), { text: t.auth.wrongCode, field: 'code' }],
  [named('UsernameExistsException'), { text: t.auth.exists, field: 'email' }],
  [new FieldError('handle', 'no'), { text: 'no', field: 'handle' }],
  [new ApiError(409, 'That handle is taken.'), { text: 'That handle is taken.', field: 'handle' }],
  [new ApiError(500, null), { text: t.errors.server }],
  [new NetworkError(null), { text: t.errors.network }],
  [named('NetworkError', 'A network error has occurred.'), { text: t.errors.network }],
  [named('InternalErrorException'), { text: t.errors.server }],
  [named('Odd'), { text: t.errors.unexpected }],
])('%s has a message', (error, message) => expect(authMessage(error)).toEqual(message));
