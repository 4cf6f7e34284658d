// The end of an SMTP user.
import {api} from './api.js';
import {ask} from './ask.js';
import {button, el} from './dom.js';
import {busy} from './feedback.js';
import {leaveFreely} from './leaving.js';
import {refusal} from './section.js';

export function deletion(model) {
  const told = el('div');
  const remove = button('plain danger', 'Delete this SMTP user', null, async () => {
    const {username, ipAuthentication} = model.user;
    if (!await ask({
      title: `Delete ${username}?`,
      text: `Its password${ipAuthentication ? ` and its address ${ipAuthentication.ip} stop` : ' stops'} working within five seconds. It can’t be undone.`,
      yes: 'Delete it',
    })) return;
    await busy(remove, async () => {
      try {
        await api.remove(username, model.etag);
        leaveFreely();
        location.hash = '#/';
      } catch (failure) {
        if (failure.status === 412) await model.refresh().catch(() => {});
        told.replaceChildren(refusal(failure));
      }
    });
  });
  return el('div', {class: 'last'}, remove, told);
}
