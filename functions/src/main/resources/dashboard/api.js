// The HTTP API: one function per request the page makes. Whatever isn't a 2xx is thrown as Refused.
import {session} from './session/session.js';
import {setClock} from './page/times.js';
import {known, t} from './page/words.js';

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

/** Whether what was asked for may have been done all the same: the answer may be lost, and not the request. */
export const isUncertain = ({status}) => status === 0 || status >= 500;

let signInAgain = async () => false;
/** `then(token)` lets somebody sign in again in place of it; whether that was done, and the request can be made again. */
export const whenExpired = (then) => { signInAgain = then; };

async function send(method, path, {body, etag, key, trying} = {}) {
  const token = trying ?? session.token();
  const headers = {Authorization: `Bearer ${token}`};
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
    setClock(answer.headers.get('Date'));
    text = await answer.text();
  } catch {
    throw new Refused(0, {type: 'unreachable', detail: t(navigator.onLine ? 'api.unreachable' : 'api.offline')});
  }
  const json = parsed(text);
  if (answer.status === 401 && !trying && await signInAgain(token)) return send(method, path, {body, etag, key});
  if (!answer.ok) throw new Refused(answer.status, problem(answer, json));
  if (json === null && answer.status !== 204) throw new Refused(0, {type: 'not-the-api', detail: t('api.somethingElse')});
  return {value: json, etag: answer.headers.get('ETag'), status: answer.status};
}

function parsed(text) {
  try { return text ? JSON.parse(text) : null; } catch { return null; }
}

// What the gateway refuses by itself has a body of its own, and what the API says of its own faults is for whoever
// wrote the request.
function problem({status, headers}, json) {
  const seconds = Number(headers.get('Retry-After'));
  const later = seconds > 0 ? t('api.later', {n: seconds}) : t('api.soon');
  if (status === 401) return {type: 'unauthorized', detail: t('api.expired')};
  if (status === 403) return {type: 'forbidden', detail: t('api.forbidden')};
  if (status === 429) return {type: 'too-many-requests', detail: t('api.tooMuch', {later})};
  if (status >= 500) return {type: 'unavailable', detail: t('api.unavailable', {status, later})};
  if (!json?.detail) return {type: 'unknown', detail: t('api.unknown', {status})};
  const ours = `problem.${String(json.type).replace('/problems/', '')}`;
  return known(ours) ? {...json, detail: t(ours)} : json;
}

const user = (name) => `/smtp-users/${encodeURIComponent(name)}`;
const query = (values) => {
  const given = new URLSearchParams(Object.entries(values).filter(([, value]) => value != null && value !== ''));
  return given.size ? `?${given}` : '';
};
const read = async (path, values = {}) => (await send('GET', `${path}${query(values)}`)).value;

export const api = {
  caller: () => read('/caller'),
  /** Whose a token is that isn't the session's yet: a 401 is the answer to that, and nobody is asked to sign in. */
  whose: async (token) => (await send('GET', '/caller', {trying: token})).value,
  users: (limit, cursor, prefix) => read('/smtp-users', {limit, cursor, prefix}),
  user: (name) => send('GET', user(name)),
  history: (name, limit, cursor) => read(`${user(name)}/audit`, {limit, cursor}),
  activity: (limit, cursor) => read('/audit', {limit, cursor}),
  addresses: (limit, cursor) => read('/ip-authentications', {limit, cursor}),
  holder: (ip) => read(`/ip-authentications/${encodeURIComponent(ip)}`),
  /** username, outcome, from, until, limit, cursor */
  messages: (values) => read('/messages', values),
  message: (id) => read(`/messages/${encodeURIComponent(id)}`),
  drop: (id) => send('DELETE', `/messages/${encodeURIComponent(id)}`),
  /** from, until, username */
  usage: (values) => read('/usage', values),
  check: async (body) => (await send('POST', '/check', {body})).value,
  make: (body, key) => send('POST', '/smtp-users', {body, key}),
  patch: (name, etag, body) => send('PATCH', user(name), {etag, body}),
  remove: (name, etag) => send('DELETE', user(name), {etag}),
  newPassword: (name, etag) => send('POST', `${user(name)}/password`, {etag}),
  setSenders: (name, etag, senders) => send('PUT', `${user(name)}/allowed-senders`, {etag, body: {senders}}),
  setRestrictions: (name, etag, networks) => send('PUT', `${user(name)}/ip-restrictions`, {etag, body: {networks}}),
  /** `from` is who of one's own has it, and gives it up in the same step. */
  nominate: (name, etag, ip, from) => send('PUT', `${user(name)}/ip-authentication`, {etag, body: from ? {ip, from} : {ip}}),
  release: (name, etag) => send('DELETE', `${user(name)}/ip-authentication`, {etag}),
};

/** Null where this relay doesn't keep such a thing, or not now: the rest of a page is shown all the same. */
export const ifThere = (promise) => promise.catch((failure) => {
  if (failure.status === 401) throw failure;
  return null;
});
