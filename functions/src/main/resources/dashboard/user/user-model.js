// One SMTP user as this tab knows it, with the version that its changes are made against.
import {Refused, api} from '../api.js';
import {whileUnderWay} from '../page/leaving.js';
import {t} from '../page/words.js';

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

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
    /**
     * `send(username, etag)` is a request of the API's that changes the user; `part(user)` is what of
     * the user it replaces. When something else was changed meanwhile, the request is made again upon
     * that; when that very part was, the 412 is thrown, and what is saved now must be seen first.
     */
    async change(send, part) {
      const was = part(model.user);
      try {
        return await settled(await whileUnderWay(() => send(username, model.etag)));
      } catch (failure) {
        if (failure.status !== 412) throw failure;
        await model.refresh();
        if (!same(was, part(model.user))) throw failure;
        return settled(await whileUnderWay(() => send(username, model.etag)));
      }
    },
  };
  async function settled(answer) {
    if (answer.value?.username) take(answer);
    else {
      await model.refresh().catch(() => {
        throw new Refused(0, {type: 'unread', detail: t('refusal.unread')});
      });
    }
    return answer.value;
  }
  function take({value, etag}) {
    model.user = value;
    model.etag = etag;
    listeners.forEach((listener) => listener(value));
  }
  return model;
}
