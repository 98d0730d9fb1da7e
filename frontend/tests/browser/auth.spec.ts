import { expect, type Page, type Request } from '@playwright/test';
import { t } from '../../src/texts';
import { passwordRecovery } from '../../src/texts/password-recovery';
import {
  addressOf,
  CODE,
  confirm,
  emailOf,
  PASSWORD,
  register,
  stack,
  tab,
  test,
  watchForProblems,
} from './app';
import { freshHandle, member, openAs, signIn, signUp } from './members';

/** The code that the local cloud accepts for a new password. */
const RESET_CODE = '654321';
const NEW_PASSWORD = 'Albumen-print-1850';

const { reset, signUp: signUpForm } = passwordRecovery;

const main = (page: Page) => page.getByRole('main');
const submit = (page: Page, name: string) =>
  main(page).getByRole('button', { name, exact: true }).click();

async function fillIn(page: Page, email: string, password: string): Promise<void> {
  await page.getByLabel(t.auth.email).fill(email);
  await page.getByLabel(t.auth.password).fill(password);
  await submit(page, t.auth.signIn);
}

/** Returns the URL, the body and the headers of a request. */
const contents = (request: Request) =>
  [request.url(), request.postData() ?? '', JSON.stringify(request.headers())].join('\n');
const target = (request: Request) => request.headers()['x-amz-target']?.split('.').pop();

const startingWith = (text: string) =>
  new RegExp(`^${text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`);

test('no password leaves the browser at sign-in', async ({ page, context }) => {
  const problems = watchForProblems(page);
  const sent: Request[] = [];
  context.on('request', (request) => sent.push(request));
  const forms = [
    PASSWORD,
    encodeURIComponent(PASSWORD),
    Buffer.from(PASSWORD).toString('base64'),
    Buffer.from(PASSWORD).toString('hex'),
  ];
  const withPassword = () =>
    sent.filter((request) => forms.some((form) => contents(request).includes(form)));
  const handle = freshHandle('julia');

  await test.step('the sign-up sends it once, to Cognito only', async () => {
    await page.goto(`${stack.web}sign-up`);
    await register(page, { first: 'Julia', last: 'Cameron' }, handle);
    await page.getByLabel(t.auth.code).fill(CODE);
    await expect(page.getByLabel(t.auth.code)).toHaveAttribute('autocomplete', 'one-time-code');
    expect(withPassword().map(target)).toEqual(['SignUp']);
    expect(new URL(withPassword()[0]!.url()).origin).toBe(new URL(stack.endpoint).origin);
  });

  await test.step('the sign-in that follows does not send it', async () => {
    sent.length = 0;
    await submit(page, t.auth.confirm);
    await expect(tab(page, t.nav.feed)).toHaveAttribute('aria-current', 'page');
    expect(sent.map(target)).toEqual(
      expect.arrayContaining(['ConfirmSignUp', 'InitiateAuth', 'RespondToAuthChallenge']),
    );
    expect(withPassword()).toEqual([]);
  });

  await test.step('a later sign-in by the form does not send it', async () => {
    await page.getByRole('button', { name: t.account.menu('Julia Cameron') }).click();
    await page.getByRole('button', { name: t.account.signOut }).click();
    await expect(page.getByRole('heading', { name: t.tagline, exact: true })).toBeVisible();
    await expect(page).toHaveTitle(t.name);
    sent.length = 0;
    await page.goto(`${stack.web}sign-in`);
    await expect(page).toHaveTitle(`${t.auth.signIn} · ${t.name}`);
    await fillIn(page, emailOf(handle), PASSWORD);
    await expect(tab(page, t.nav.feed)).toHaveAttribute('aria-current', 'page');
    expect(sent.map(target)).toContain('RespondToAuthChallenge');
    expect(withPassword()).toEqual([]);
  });
  expect(problems).toEqual([]);
});

test('a person with one name signs up', async ({ page }) => {
  const handle = freshHandle('pele');
  await page.goto(`${stack.web}sign-up`);
  await register(page, { first: 'Pelé', last: '' }, handle);
  await confirm(page);
  await page.getByRole('button', { name: t.account.menu('Pelé'), exact: true }).click();
  await expect(page.locator('#account')).toContainText(`@${handle}`);
  await page.getByRole('link', { name: t.account.settings }).click();
  await expect(page.getByLabel(t.auth.lastName)).toHaveValue('');
});

test('the API’s sentence about an invisible name or a reserved handle is shown', async ({
  page,
}) => {
  const handle = freshHandle('mira');
  await page.goto(`${stack.web}sign-up`);
  await register(page, { first: '\u200d\u3164', last: '' }, handle);
  await page.getByLabel(t.auth.code).fill(CODE);
  await submit(page, t.auth.confirm);
  await expect(page.getByRole('alert').filter({ hasText: 'visible characters' })).toBeVisible();
  await page.getByLabel(t.auth.firstName).fill('Mira');
  await page.getByLabel(t.auth.handle).fill('admin');
  await submit(page, t.auth.saveProfile);
  await expect(page.getByRole('alert').filter({ hasText: 'admin is taken' })).toBeVisible();
  await page.getByLabel(t.auth.handle).fill(handle);
  await submit(page, t.auth.saveProfile);
  await expect(tab(page, t.nav.feed)).toHaveAttribute('aria-current', 'page');
});

test('a form shows errors at its fields, and supports password managers', async ({ page }) => {
  await page.goto(`${stack.web}sign-up`);
  const field = (label: string) => page.getByLabel(label, { exact: true });

  await test.step('empty fields have errors, and the first one has the focus', async () => {
    await submit(page, t.auth.signUp);
    await expect(field(t.auth.firstName)).toBeFocused();
    for (const [label, sentence] of [
      [t.auth.firstName, t.auth.missing.firstName],
      [t.auth.handle, t.auth.missing.handle],
      [t.auth.email, t.auth.missing.email],
      [t.auth.password, t.auth.missing.password],
    ] as const) {
      await expect(field(label)).toHaveAttribute('aria-invalid', 'true');
      await expect(field(label)).toHaveAccessibleDescription(new RegExp(`^${sentence}`));
    }
  });

  await test.step('a corrected field has no error, an invalid one has its own', async () => {
    await field(t.auth.firstName).fill('Julia');
    await expect(field(t.auth.firstName)).not.toHaveAttribute('aria-invalid');
    await field(t.auth.lastName).fill('Cameron');
    await field(t.auth.handle).fill('!');
    await field(t.auth.email).fill('julia');
    await field(t.auth.password).fill('short');
    await submit(page, t.auth.signUp);
    await expect(field(t.auth.handle)).toBeFocused();
    await expect(field(t.auth.handle)).toHaveAccessibleDescription(startingWith(t.auth.notAHandle));
    await expect(field(t.auth.email)).toHaveAccessibleDescription(t.auth.notAnEmail);
    await expect(field(t.auth.password)).toHaveAccessibleDescription(
      startingWith(t.auth.weakPassword),
    );
  });

  await test.step('a password can be pasted, shown and hidden', async () => {
    await field(t.auth.password).evaluate((input: HTMLInputElement) => {
      input.focus();
      input.select();
      document.execCommand('insertText', false, 'pasted by a manager');
    });
    await expect(field(t.auth.password)).toHaveAttribute('type', 'password');
    await page.getByRole('button', { name: t.auth.reveal }).click();
    await expect(field(t.auth.password)).toHaveAttribute('type', 'text');
    await page.getByRole('button', { name: t.auth.conceal }).click();
    await expect(field(t.auth.password)).toHaveAttribute('type', 'password');
    const prevented = await field(t.auth.password).evaluate(
      (input) =>
        !input.dispatchEvent(new ClipboardEvent('paste', { bubbles: true, cancelable: true })),
    );
    expect(prevented).toBe(false);
  });

  await test.step('fields have names for password managers', async () => {
    await expect(field(t.auth.email)).toHaveAttribute('autocomplete', 'username');
    await expect(field(t.auth.password)).toHaveAttribute('autocomplete', 'new-password');
    await main(page).getByRole('link', { name: t.auth.signIn }).click();
    await expect(field(t.auth.email)).toBeFocused();
    await expect(field(t.auth.email)).toHaveAttribute('autocomplete', 'username');
    await expect(field(t.auth.password)).toHaveAttribute('autocomplete', 'current-password');
  });

  await test.step('too many attempts have a message, and the fields stay filled', async () => {
    const refuse = (name: string, message: string) =>
      page.route(`${stack.endpoint}/`, (route) =>
        route.request().method() === 'POST'
          ? route.fulfill({
              status: 400,
              headers: { 'x-amzn-errortype': name, 'access-control-allow-origin': '*' },
              json: { __type: name, message },
            })
          : route.fallback(),
      );
    await refuse('NotAuthorizedException', 'Password attempts exceeded');
    await fillIn(page, 'julia@example.org', PASSWORD);
    await expect(page.getByRole('alert').filter({ hasText: /./ })).toHaveText(t.auth.tooMany);
    await expect(field(t.auth.email)).toHaveValue('julia@example.org');
    await expect(field(t.auth.password)).toHaveValue(PASSWORD);
    await page.unroute(`${stack.endpoint}/`);
  });
});

/** Opens the form for a forgotten password from the sign-in page, and requests a code. */
async function requestCode(page: Page, email: string): Promise<void> {
  await page.goto('about:blank');
  await page.goto(`${stack.web}sign-in`);
  await page.getByRole('link', { name: t.auth.forgotten }).click();
  await page.getByLabel(t.auth.email).fill(email);
  await submit(page, passwordRecovery.sendCode);
  await expect(page.getByLabel(reset.password)).toBeVisible();
  await expect(page.getByLabel(t.auth.code)).toBeFocused();
}

/** Requests the code of the sign-up instead of the one for a new password. */
async function requestSignUpCode(page: Page): Promise<void> {
  await submit(page, reset.sendSignUpCode);
  await expect(page.getByRole('heading', { name: signUpForm.title })).toBeVisible();
  await expect(page.getByLabel(t.auth.code)).toBeFocused();
}

async function setPassword(page: Page, code: string): Promise<void> {
  await page.getByLabel(t.auth.code).fill(code);
  await page.getByLabel(reset.password).fill(NEW_PASSWORD);
  await submit(page, reset.action);
}

test('a forgotten password is replaced, and accounts are not revealed', async ({ page }) => {
  const julia = await member('Julia', 'Cameron');
  const alert = page.getByRole('alert').filter({ hasText: /./ });

  /** Tries wrong codes in all forms. Returns their texts, without the address. */
  async function readForms(email: string): Promise<string> {
    const texts: string[] = [];
    const read = async () =>
      texts.push((await main(page).innerText()).replaceAll(email, 'the address'));
    await requestCode(page, email);
    await read();
    await setPassword(page, '000000');
    await expect(alert).toHaveText(t.auth.wrongCode);
    await read();
    await requestSignUpCode(page);
    await read();
    await page.getByLabel(t.auth.code).fill('000000');
    await submit(page, t.auth.confirm);
    await expect(alert).toHaveText(t.auth.wrongCode);
    await read();
    return texts.join('\n');
  }

  const known = await readForms(julia.email);

  await test.step('the pasted code sets the new password and signs in', async () => {
    await submit(page, signUpForm.sendResetCode);
    await expect(page.getByLabel(reset.password)).toBeVisible();
    await submit(page, t.auth.resend);
    await expect(page.getByText(t.auth.resent).first()).toBeVisible();
    await setPassword(page, ` ${RESET_CODE.slice(0, 3)} ${RESET_CODE.slice(3)}`);
    await expect(tab(page, t.nav.feed)).toHaveAttribute('aria-current', 'page');
    await expect(page.getByRole('button', { name: t.account.menu(julia.name) })).toBeVisible();
    await signIn(julia.email, NEW_PASSWORD);
    await expect(signIn(julia.email, PASSWORD)).rejects.toThrow(/NotAuthorized/);
  });

  await test.step('addresses without an account and without a confirmation have the same texts', async () => {
    await page.evaluate(() => localStorage.clear());
    const unconfirmed = await signUp('Anna', 'Atkins');
    expect(await readForms(emailOf(freshHandle('nobody')))).toBe(known);
    expect(await readForms(unconfirmed.email)).toBe(known);
  });
});

test('a forgotten password and an unconfirmed sign-up are finished together', async ({ page }) => {
  const { email } = await signUp('Anna', 'Atkins');

  await test.step('the code of the sign-up confirms the address', async () => {
    await requestCode(page, email);
    await requestSignUpCode(page);
    await page.getByLabel(t.auth.code).fill(CODE);
    await submit(page, t.auth.confirm);
    await expect(main(page)).toContainText(reset.nowConfirmed);
    await expect(page.getByLabel(t.auth.code)).toBeFocused();
    await expect(page.getByLabel(t.auth.code)).toHaveValue('');
  });

  await test.step('a second code sets the password and signs in', async () => {
    await setPassword(page, RESET_CODE);
    await expect(tab(page, t.nav.feed)).toHaveAttribute('aria-current', 'page');
    await expect(page.getByRole('button', { name: t.account.menu('Anna Atkins') })).toBeVisible();
    await expect(signIn(email, PASSWORD)).rejects.toThrow(/NotAuthorized/);
  });
});

test('a sign-in returns to the page that the visitor opened', async ({ page }) => {
  const julia = await member('Julia', 'Cameron');
  for (const path of ['/mine', `/people/${julia.id}`, '/settings']) {
    await page.goto('about:blank');
    await page.goto(addressOf(path));
    await expect(page.getByRole('heading', { name: t.auth.signIn, exact: true })).toBeVisible();
    expect(new URL(page.url()).pathname).toBe(path);
    if (path === '/mine') {
      await page.getByRole('link', { name: t.auth.forgotten }).click();
      await page.getByRole('link', { name: passwordRecovery.backToSignIn }).click();
    }
    await fillIn(page, julia.email, PASSWORD);
    await expect(page.getByRole('button', { name: t.account.menu(julia.name) })).toBeVisible();
    await expect(page).toHaveURL(new RegExp(`${path}$`));
    await page.evaluate(() => localStorage.clear());
  }
});

test('the account menu leads to the member’s page and settings', async ({ context }) => {
  const julia = await member('Julia', 'Cameron');
  const page = await openAs(context, julia);
  const face = page.getByRole('button', { name: t.account.menu(julia.name) });
  for (const [label, path] of [
    [t.account.page, `/people/${julia.id}`],
    [t.account.settings, '/settings'],
  ] as const) {
    await face.click();
    await page.getByRole('link', { name: label, exact: true }).click();
    await expect(page).toHaveURL(new RegExp(`${path}$`));
    await expect(page.getByRole('link', { name: label, exact: true })).toBeHidden();
    await expect(page.getByRole('main')).toBeFocused();
  }
  await page.goBack();
  await expect(page).toHaveURL(new RegExp(`/people/${julia.id}$`));
});
