import { SiteError } from './errors.js';
import { readJson, send } from './http.js';

/** The addresses of a deployment: `config.json` of its site. */
export interface Config {
  region: string;
  /** Base URL of the API, with its stage. */
  api: string;
  userPoolId: string;
  clientId: string;
  identityPoolId: string;
  /** The address of Cognito on a local cloud. Absent on AWS. */
  endpoint?: string;
  /** The origin of the site, such as `https://photos.example.org`. Absent if it is unknown. */
  site?: string;
}

const REQUIRED = ['region', 'api', 'userPoolId', 'clientId', 'identityPoolId'] as const;

/**
 * Reads `config.json` of a site. Throws a `SiteError` if the address is not that of an Albumen
 * site, not encrypted, or redirects to another site.
 */
export async function readConfig(site: string, timeout: number): Promise<Config> {
  const base = site.includes('://') ? site : `https://${site}`;
  if (!isSecure(base)) throw new SiteError(`${site} is not encrypted. Write it with https://.`);
  const request = new Request(`${base.replace(/\/+$/, '')}/config.json`);
  const reply = await send(request, timeout, 'follow');
  const { origin } = new URL(base);
  const { origin: other } = new URL(reply.url);
  if (other !== origin) {
    throw new SiteError(`${site} redirects to ${other}. If you trust that site, name its address.`);
  }
  const config = await readJson<Partial<Config>>(reply);
  const isComplete = REQUIRED.every((name) => typeof config?.[name] === 'string');
  // The region becomes a part of the host names of AWS.
  if (!isComplete || !/^[A-Za-z0-9-]+$/.test(config?.region ?? '')) {
    throw new SiteError(`${site} is not an Albumen site. Check the address.`);
  }
  const complete = config as Config;
  if (!isSecure(complete.api)) {
    throw new SiteError(`${site} names addresses that are not encrypted. Do not sign in there.`);
  }
  // Only a site of this machine replaces AWS.
  const endpoint = complete.endpoint ?? null;
  const isLocal = [base, endpoint ?? base].every(isThisMachine);
  if (endpoint !== null && !(isLocal && isSecure(endpoint))) {
    throw new SiteError(`${site} names another server for your password. Do not sign in there.`);
  }
  return { ...complete, api: complete.api.replace(/\/+$/, ''), site: origin };
}

/** Returns `true` if nobody else can read or change what is sent to a URL. */
function isSecure(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol } = new URL(url);
  return protocol === 'https:' || (protocol === 'http:' && isThisMachine(url));
}

function isThisMachine(url: string): boolean {
  return URL.canParse(url) && ['localhost', '127.0.0.1', '[::1]'].includes(new URL(url).hostname);
}
