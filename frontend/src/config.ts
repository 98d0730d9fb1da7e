/** The deployment's addresses: `/config.json`, which the deployment writes. */
export interface Config {
  region: string;
  /** Base URL of the API, stage included, without a slash at the end. */
  api: string;
  /** WebSocket URL. */
  live: string;
  userPoolId: string;
  clientId: string;
  identityPoolId: string;
  /** URL of Cognito on a local cloud. Absent on AWS. */
  endpoint?: string;
}

const REQUIRED = ['region', 'api', 'userPoolId', 'clientId', 'identityPoolId'] as const;

/** Checks a parsed `config.json`. Throws an error that names missing fields. */
export function parseConfig(value: unknown): Config {
  const config = value as Partial<Config> | null;
  const missing = REQUIRED.filter(
    (name) => typeof config?.[name] !== 'string' || config[name] === '',
  );
  if (!config || missing.length > 0) throw new Error(`config.json lacks ${missing.join(', ')}`);
  return { ...(config as Config), api: config.api!.replace(/\/+$/, '') };
}

/** Loads the configuration. `index.html` preloads the same address. */
export async function loadConfig(): Promise<Config> {
  const reply = await fetch('/config.json');
  if (!reply.ok) throw new Error(`config.json: HTTP ${reply.status}`);
  return parseConfig(await reply.json());
}
