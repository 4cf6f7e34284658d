// Who changed what in the account, deleted SMTP users included.
import {api} from '../api.js';
import {el, page} from '../page/dom.js';
import {box} from '../page/feedback.js';
import {t} from '../page/words.js';
import {changeColumns} from '../user/history.js';
import {growing} from './list.js';
import {userLink} from './outcome.js';

const PAGE = 25;

export async function activityPage() {
  const [at, ...rest] = changeColumns;
  const columns = [at, [t('message.user'), (entry) => userLink(entry.username)], ...rest];
  const read = (cursor) => api.activity(PAGE, cursor);
  const content = await read(null).then(
    (first) => growing({caption: t('area.activity'), columns, first, read, empty: el('p', {}, t('activity.none'))}),
    (failure) => {
      if (failure.status !== 404) throw failure;
      return box('info', t('activity.absent'));
    });
  return {title: t('area.activity'), view: page({title: t('area.activity'), kind: 'wide'}, el('p', {class: 'lead'}, t('activity.lead')), content)};
}
