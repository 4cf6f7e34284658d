// OpenID Connect: authorization code with PKCE (RFC 7636), in this tab, without a library.
import {start} from '../start.js';
import {t} from '../page/words.js';

const KEY = 'sign-in';
const redirectUri = () => `${location.origin}/`;

const base64url = (octets) =>
  btoa(String.fromCharCode(...new Uint8Array(octets))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)));

async function asked(url, request) {
  let answer;
  try {
    answer = await fetch(url, request);
  } catch {
    throw new Error(t('openid.silent'));
  }
  if (!answer.ok) throw new Error(t('openid.refused', {status: answer.status}));
  return answer.json();
}

async function provider() {
  const {issuer} = start();
  const found = await asked(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
  if (found.issuer !== issuer) throw new Error(t('openid.another', {found: found.issuer, issuer}));
  return found;
}

/** Leaves for the provider, which sends the browser back here; `before` is done at the last moment. */
export async function leaveToSignIn(before) {
  if (!crypto.subtle) throw new Error(t('openid.insecure'));
  const {authorization_endpoint} = await provider();
  const verifier = random();
  const state = random();
  const nonce = random();
  sessionStorage.setItem(KEY, JSON.stringify({verifier, state, nonce, route: location.hash}));
  const challenge = base64url(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier)));
  const there = new URL(authorization_endpoint);
  for (const [name, value] of Object.entries({
    response_type: 'code', client_id: start().clientId, redirect_uri: redirectUri(),
    scope: start().scope, audience: start().audience, state, nonce,
    code_challenge: challenge, code_challenge_method: 'S256',
  })) there.searchParams.set(name, value);
  before();
  location.assign(there);
}

/** Where to sign out at the provider, and come back from; null where it has no such place. */
export async function wayOut(idToken) {
  const {end_session_endpoint} = await provider().catch(() => ({}));
  if (!end_session_endpoint) return null;
  const there = new URL(end_session_endpoint);
  for (const [name, value] of Object.entries({
    client_id: start().clientId, post_logout_redirect_uri: redirectUri(), id_token_hint: idToken,
  })) if (value) there.searchParams.set(name, value);
  return there;
}

/** The token and the ID token, when the browser comes back from the provider; null when it doesn't. */
export async function comeBack() {
  const said = new URLSearchParams(location.search);
  if (!said.has('state')) return null;
  const left = JSON.parse(sessionStorage.getItem(KEY) ?? 'null');
  const ours = left !== null && said.get('state') === left.state;
  // The code is out of the address bar and the history before anything else happens.
  history.replaceState(history.state, '', `/${left?.route || '#/'}`);
  if (!ours) throw new Error(t('openid.elsewhere'));
  sessionStorage.removeItem(KEY);
  if (said.has('error')) throw new Error(t('openid.says', {said: said.get('error_description') ?? said.get('error')}));
  const {token_endpoint} = await provider();
  const tokens = await asked(token_endpoint, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code', code: said.get('code'), redirect_uri: redirectUri(),
      client_id: start().clientId, code_verifier: left.verifier,
    }),
  });
  return chosen(tokens, left.nonce);
}

// Without an ID token nothing says that the answer is to what this tab asked (OpenID Connect Core 3.1.3.7).
function chosen(tokens, nonce) {
  if (!tokens.id_token || claims(tokens.id_token).nonce !== nonce) throw new Error(t('openid.other'));
  const token = tokens[start().token];
  if (!token) throw new Error(t('openid.none', {token: start().token}));
  return {token, idToken: tokens.id_token};
}

// Only compared with what this tab sent; the API checks the signature.
const claims = (jwt) => JSON.parse(atob(jwt.split('.')[1].replace(/-/g, '+').replace(/_/g, '/')));
