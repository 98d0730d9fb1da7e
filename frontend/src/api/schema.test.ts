// @vitest-environment node
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

test('the generated types match the specification of the API', () => {
  const { status, stderr } = spawnSync('npm', ['run', '--silent', 'types', '--', '--check'], {
    encoding: 'utf8',
  });
  expect(
    status,
    `src/api/schema.ts differs from docs/openapi.json. Run \`cargo dev openapi\`. ${stderr}`,
  ).toBe(0);
}, 60_000);
