import { refreshAuthTokensWithoutDedupe } from '@aws-amplify/auth/cognito';
import type { Config } from '../../config';
import { storedRefreshToken } from './stored-session';

type RefreshTokens = typeof refreshAuthTokensWithoutDedupe;
type Tokens = Awaited<ReturnType<RefreshTokens>>;

/** Thrown if the stored session was deleted or replaced during a refresh of its tokens. */
export class SessionReplacedError extends Error {
  override name = 'SessionReplacedError';
}

/**
 * Returns a function that refreshes tokens for Amplify. Concurrent calls share one request only if
 * they have the same refresh token.
 *
 * Amplify stores new tokens, and deletes the stored session if Cognito refuses to renew them. It
 * does neither after a `SessionReplacedError`.
 */
export function createTokenRefresher(config: Pick<Config, 'clientId'>): RefreshTokens {
  const running = new Map<string, Promise<Tokens>>();
  return (input) => {
    const refreshToken = input.tokens.refreshToken ?? '';
    const shared = running.get(refreshToken);
    if (shared) return shared;
    const started = refreshAuthTokensWithoutDedupe(input).finally(() => {
      running.delete(refreshToken);
      if (storedRefreshToken(config) !== refreshToken) throw new SessionReplacedError();
    });
    running.set(refreshToken, started);
    return started;
  };
}
