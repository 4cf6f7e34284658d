// The HTTP API: one function per request the page makes. Whatever isn't a 2xx is thrown as Refused.
import {session} from './session.js';

const PATIENCE = 35_000; // API Gateway gives up after 30 s.

/** What the API, the gateway before it or the network answered instead of what was asked for. */
export class Refused extends Error {
  /** @param status 0 when no answer came */
  constructor(status, problem) {
    super(problem.detail);
    this.status = status;
    this.problem = problem;
    this.type = String(problem.type ?? '').replace('/problems/', '');
  }
}

let onExpired = () => {};
/** What to do when the API no longer knows the token. */
export const whenExpired = (then) => { onExpired = then; };

async function send(method, path, {body, etag, key} = {}) {
  const headers = {Authorization: `Bearer ${session.token()}`};
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  if (etag) headers['If-Match'] = etag;
  if (key) headers['Idempotency-Key'] = key;
  let answer;
  let text;
  try {
    answer = await fetch(`/v1${path}`, {
      method, headers, cache: 'no-store', signal: AbortSignal.timeout(PATIENCE),
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    text = await answer.text();
  } catch {
    throw new Refused(0, {type: 'unreachable', detail: navigator.onLine
      ? 'No answer came. Check your connection, and try again.'
      : 'This computer is offline. Try again when it has a connection.'});
  }
  const json = parsed(text);
  if (!answer.ok) {
    if (answer.status === 401) onExpired();
    throw new Refused(answer.status, problem(answer, json));
  }
  return {value: json, etag: answer.headers.get('ETag'), status: answer.status};
}

function parsed(text) {
  try { return text ? JSON.parse(text) : null; } catch { return null; }
}

// What the gateway refuses by itself has a body of its own, and what the API says of its own faults is
// for whoever wrote the request.
function problem({status, headers}, json) {
  const seconds = Number(headers.get('Retry-After'));
  const later = seconds > 0 ? `Try again in ${seconds} seconds.` : 'Try again in a moment.';
  if (status === 401) return {type: 'unauthorized', detail: 'Your sign-in has expired. Sign in again.'};
  if (status === 403) return {type: 'forbidden', detail: 'Your sign-in doesn’t allow this. Ask whoever runs this relay for access.'};
  if (status === 429) return {type: 'too-many-requests', detail: `That was too much at once. ${later}`};
  if (status >= 500) return {type: 'unavailable', detail: `The relay’s records can’t be reached just now (status ${status}). ${later}`};
  return json?.detail ? json : {type: 'unknown', detail: `That was refused (status ${status}). Load the page again; if it happens again, tell whoever runs this relay.`};
}

const user = (name) => `/smtp-users/${encodeURIComponent(name)}`;
const page = (limit, cursor) => `?limit=${limit}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`;

export const api = {
  caller: async () => (await send('GET', '/caller')).value,
  users: async (limit, cursor) => (await send('GET', `/smtp-users${page(limit, cursor)}`)).value,
  user: (name) => send('GET', user(name)),
  history: async (name, limit, cursor) => (await send('GET', `${user(name)}/audit${page(limit, cursor)}`)).value,
  make: (body, key) => send('POST', '/smtp-users', {body, key}),
  patch: (name, etag, body) => send('PATCH', user(name), {etag, body}),
  remove: (name, etag) => send('DELETE', user(name), {etag}),
  newPassword: (name, etag) => send('POST', `${user(name)}/password`, {etag}),
  setSenders: (name, etag, senders) => send('PUT', `${user(name)}/allowed-senders`, {etag, body: {senders}}),
  setRestrictions: (name, etag, networks) => send('PUT', `${user(name)}/ip-restrictions`, {etag, body: {networks}}),
  nominate: (name, etag, ip) => send('PUT', `${user(name)}/ip-authentication`, {etag, body: {ip}}),
  release: (name, etag) => send('DELETE', `${user(name)}/ip-authentication`, {etag}),
};
