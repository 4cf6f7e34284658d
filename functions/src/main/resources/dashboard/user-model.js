// One SMTP user as this tab knows it, with the version that its changes are made against.
import {api} from './api.js';

export async function open(username) {
  const first = await api.user(username);
  const listeners = [];
  const model = {
    user: first.value,
    etag: first.etag,
    /** Called with the user whenever there is a newer one. */
    onNews: (listener) => listeners.push(listener),
    async refresh() {
      take(await api.user(username));
    },
    /** `ask(username, etag)` is a request of the API's that changes the user. */
    async change(ask) {
      try {
        const answer = await ask(username, model.etag);
        if (answer.value?.username) take(answer);
        else await model.refresh();
        return answer.value;
      } catch (failure) {
        // Somebody else changed it, maybe in another tab: what it is now must be seen before anything is saved over it.
        if (failure.status === 412) await model.refresh().catch(() => {});
        throw failure;
      }
    },
  };
  function take({value, etag}) {
    model.user = value;
    model.etag = etag;
    listeners.forEach((listener) => listener(value));
  }
  return model;
}
