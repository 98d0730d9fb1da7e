/** What `config.json` beside `index.html` says about the deployment; written by the deployment, read once. */
export interface Config {
  region: string;
  /** Base URL of the API, stage included, without a slash at the end. */
  api: string;
  /** WebSocket URL. */
  live: string;
  userPoolId: string;
  clientId: string;
  identityPoolId: string;
  /** Where Cognito answers on a local cloud; absent on AWS. */
  endpoint?: string;
}

const REQUIRED = ['region', 'api', 'userPoolId', 'clientId', 'identityPoolId'] as const;

/** Checks a parsed `config.json`; throws with the name of what is missing. */
export function parseConfig(value: unknown): Config {
  const config = value as Partial<Config> | null;
  const missing = REQUIRED.filter(
    (name) => typeof config?.[name] !== 'string' || config[name] === '',
  );
  if (!config || missing.length > 0) throw new Error(`config.json lacks ${missing.join(', ')}`);
  return { ...(config as Config), api: config.api!.replace(/\/+$/, '') };
}

/** Loads the configuration that lies beside the page; `index.html` has asked for it already, in just these words. */
export async function loadConfig(): Promise<Config> {
  const reply = await fetch(new URL('config.json', document.baseURI));
  if (!reply.ok) throw new Error(`config.json: HTTP ${reply.status}`);
  return parseConfig(await reply.json());
}
