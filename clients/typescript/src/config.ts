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
 * site, or not encrypted.
 */
export async function readConfig(site: string, timeout: number): Promise<Config> {
  const base = site.includes('://') ? site : `https://${site}`;
  if (!isSecure(base)) throw new SiteError(`${site} is not encrypted. Write it with https://.`);
  const request = new Request(`${base.replace(/\/+$/, '')}/config.json`);
  const reply = await send(request, timeout, 'follow');
  if (!isSecure(reply.url)) {
    throw new SiteError(`${site} leads to an address that is not encrypted.`);
  }
  const config = await readJson<Partial<Config>>(reply);
  if (REQUIRED.some((name) => typeof config?.[name] !== 'string')) {
    throw new SiteError(`${site} is not an Albumen site. Check the address.`);
  }
  const complete = config as Config;
  if (![complete.api, complete.endpoint ?? complete.api].every(isSecure)) {
    throw new SiteError(`${site} names addresses that are not encrypted. Do not sign in there.`);
  }
  const { origin } = new URL(reply.url);
  return { ...complete, api: complete.api.replace(/\/+$/, ''), site: origin };
}

/** Returns `true` if nobody else can read or change what is sent to a URL. */
function isSecure(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  const isThisMachine = ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  return protocol === 'https:' || (protocol === 'http:' && isThisMachine);
}
