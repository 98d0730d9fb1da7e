/**
 * Signs in, uploads a picture, shares it by a link, and deletes it. Prints each step as JSON. The
 * variables `ALBUMEN_SITE`, `ALBUMEN_EMAIL` and `ALBUMEN_PASSWORD` name a site and a member.
 *
 *     node clients/typescript/dist/examples/scenario.js lake.jpg
 */
import { openAsBlob } from 'node:fs';
import { ApiError, connect, items } from '../src/index.js';

const { ALBUMEN_SITE = '', ALBUMEN_EMAIL = '', ALBUMEN_PASSWORD = '' } = process.env;
const [, , file = ''] = process.argv;

const step = (name: string, facts: object) => console.log(JSON.stringify({ step: name, ...facts }));
/** Returns the code with which the API refuses a call. */
const refusal = (call: Promise<unknown>) =>
  call.then(
    () => null,
    (error: unknown) => {
      if (error instanceof ApiError) return error.code;
      throw error;
    },
  );

const client = await connect(ALBUMEN_SITE);
const member = await client.signIn(ALBUMEN_EMAIL, ALBUMEN_PASSWORD);
const profile = await member.api.getProfile({ id: member.userId });
step('sign in', { firstName: profile.firstName });

const blob = await openAsBlob(file, { type: 'image/jpeg' });
const uploaded = await member.upload(blob, { caption: 'The lake in the morning' });
step('upload', { state: uploaded.state, bytes: uploaded.bytes });

const picture = await member.waitUntilReady(uploaded);
step('wait', { state: picture.state, width: picture.width, height: picture.height });

const captions = [];
for await (const listed of items(member.api.listPicturesOfMember, {
  id: member.userId,
  limit: 1,
})) {
  captions.push(listed.caption);
}
step('list', { captions });

const link = await member.api.createLink({
  ownerId: member.userId,
  pictureId: picture.id,
  name: 'For the family',
});
step('share', { name: link.name });

const opened = await client.openLink(link.url ?? '');
const shared = await opened.read();
step('open', { kind: shared.kind, caption: shared.picture?.caption });

await member.api.deleteLink({ linkId: link.id });
step('revoke', { code: await refusal(opened.read()) });

const key = { ownerId: member.userId, id: picture.id };
await member.api.deletePicture(key);
step('delete', { code: await refusal(member.api.getPicture(key)) });
