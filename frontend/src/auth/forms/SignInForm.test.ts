// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { afterEach, expect, it, vi } from 'vitest';
import { t } from '../../texts';
import SignInForm from './SignInForm.svelte';

afterEach(cleanup);

function renderForm(onsubmit = vi.fn(async (_email: string, _password: string) => undefined)) {
  render(SignInForm, { onsubmit });
  const email = screen.getByLabelText<HTMLInputElement>(t.auth.email);
  const password = screen.getByLabelText<HTMLInputElement>(t.auth.password);
  const submit = () => fireEvent.click(screen.getByRole('button', { name: t.auth.signIn }));
  return { onsubmit, email, password, submit };
}

async function fillIn(email: HTMLInputElement, password: HTMLInputElement): Promise<void> {
  await fireEvent.input(email, { target: { value: ' julia@example.org ' } });
  await fireEvent.input(password, { target: { value: ' secret ' } });
}

it('the first field has the focus', () => {
  const { email } = renderForm();
  expect(document.activeElement).toBe(email);
});

it('empty fields show errors and are not submitted', async () => {
  const { onsubmit, email, password, submit } = renderForm();
  password.focus();
  await submit();
  await vi.waitFor(() => expect(document.activeElement).toBe(email));
  expect(screen.getByText(t.auth.missing.email)).toBeTruthy();
  expect(screen.getByText(t.auth.missing.password)).toBeTruthy();
  expect(onsubmit).not.toHaveBeenCalled();
});

it('typing removes the error of a field', async () => {
  const { email, submit } = renderForm();
  await submit();
  await fireEvent.input(email, { target: { value: 'j' } });
  expect(screen.queryByText(t.auth.missing.email)).toBeNull();
  expect(screen.getByText(t.auth.missing.password)).toBeTruthy();
});

it('values are trimmed, except for passwords', async () => {
  const { onsubmit, email, password, submit } = renderForm();
  await fillIn(email, password);
  await submit();
  expect(onsubmit).toHaveBeenCalledExactlyOnceWith('julia@example.org', ' secret ');
});

it('a wrong password is shown at its field, which gets the focus', async () => {
  const wrong = Object.assign(new Error(), { name: 'NotAuthorizedException' });
  const { email, password, submit } = renderForm(vi.fn().mockRejectedValue(wrong));
  await fillIn(email, password);
  await submit();
  await vi.waitFor(() => expect(document.activeElement).toBe(password));
  expect(password.getAttribute('aria-invalid')).toBe('true');
  expect(screen.getByText(t.auth.wrong)).toBeTruthy();
});

it('an error without a field is shown above the button', async () => {
  const tooMany = Object.assign(new Error(), { name: 'TooManyRequestsException' });
  const { email, password, submit } = renderForm(vi.fn().mockRejectedValue(tooMany));
  await fillIn(email, password);
  await submit();
  expect(await screen.findByText(t.auth.tooMany)).toBeTruthy();
  expect(password.getAttribute('aria-invalid')).toBeNull();
});

it('a second submit waits for the first one', async () => {
  const { onsubmit, email, password, submit } = renderForm(
    vi.fn(() => new Promise<undefined>(() => undefined)),
  );
  await fillIn(email, password);
  await submit();
  await fireEvent.click(screen.getByRole('button', { name: t.auth.working }));
  expect(onsubmit).toHaveBeenCalledOnce();
});
