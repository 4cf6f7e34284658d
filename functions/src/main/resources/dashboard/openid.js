// OpenID Connect: authorization code with PKCE (RFC 7636), in this tab, without a library.
import {start} from './start.js';

const KEY = 'sign-in';
const redirectUri = () => `${location.origin}/`;

const base64url = (octets) =>
  btoa(String.fromCharCode(...new Uint8Array(octets))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)));

async function provider() {
  const issuer = start().issuer;
  const answer = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
  if (!answer.ok) throw new Error(`The sign-in service answered ${answer.status}.`);
  const found = await answer.json();
  if (found.issuer !== issuer) throw new Error('The sign-in service says it is another one.');
  return found;
}

/** Leaves for the provider; it sends the browser back here. */
export async function leaveToSignIn() {
  const {authorization_endpoint} = await provider();
  const verifier = random();
  const state = random();
  const nonce = random();
  sessionStorage.setItem(KEY, JSON.stringify({verifier, state, nonce, route: location.hash}));
  const challenge = base64url(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier)));
  const asked = new URL(authorization_endpoint);
  for (const [name, value] of Object.entries({
    response_type: 'code', client_id: start().clientId, redirect_uri: redirectUri(),
    scope: start().scope, audience: start().audience, state, nonce,
    code_challenge: challenge, code_challenge_method: 'S256',
  })) asked.searchParams.set(name, value);
  location.assign(asked);
}

/** The token, when the browser comes back from the provider; null when it doesn't. */
export async function comeBack() {
  const said = new URLSearchParams(location.search);
  if (!said.has('state')) return null;
  const left = JSON.parse(sessionStorage.getItem(KEY) ?? 'null');
  sessionStorage.removeItem(KEY);
  // The code is out of the address bar and the history before anything else happens.
  history.replaceState(null, '', `/${left?.route || '#/'}`);
  if (!left || said.get('state') !== left.state) throw new Error('That sign-in was not begun in this tab. Sign in again.');
  if (said.has('error')) throw new Error(`The sign-in service refused: ${said.get('error_description') ?? said.get('error')}.`);
  const {token_endpoint} = await provider();
  const answer = await fetch(token_endpoint, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code', code: said.get('code'), redirect_uri: redirectUri(),
      client_id: start().clientId, code_verifier: left.verifier,
    }),
  });
  if (!answer.ok) throw new Error(`The sign-in service gave no token (status ${answer.status}). Sign in again.`);
  const tokens = await answer.json();
  if (tokens.id_token && claims(tokens.id_token).nonce !== left.nonce) throw new Error('The sign-in service answered another sign-in. Sign in again.');
  const token = tokens[start().token];
  if (!token) throw new Error('The sign-in service sent no token of the kind that is asked for.');
  return token;
}

// Only compared with what this tab sent; the API checks the signature.
const claims = (jwt) => JSON.parse(atob(jwt.split('.')[1].replace(/-/g, '+').replace(/_/g, '/')));
