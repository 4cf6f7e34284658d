// The user's description and where its bounces go.
import {api} from '../api.js';
import {copyable} from '../page/copy.js';
import {el, facts, field, plainInput} from '../page/dom.js';
import {when} from '../page/times.js';
import {t} from '../page/words.js';
import {follow, saveButton, saveTyped, section, versions} from './section.js';

// The two are saved by themselves, so that a conflict is about one of them.
function textForm(model, part, name, input, hint) {
  const text = field(t(name), input, hint);
  const of = (user) => user[input.name] ?? '';
  const {save, settled} = saveButton(t(name), input);
  const form = el('form', {novalidate: true, submit: (event) => {
    event.preventDefault();
    text.accept();
    part().act(save, async () => {
      await saveTyped(input, async (typed) => {
        await model.change((username, etag) => api.patch(username, etag, {[input.name]: typed.trim() || null}), of);
        return of(model.user);
      });
      settled();
    }, t('saved'), explain);
  }}, el('div', {class: 'together'}, text.whole, save));
  function explain(failure) {
    if (failure.status === 412) return versions(input, t(name), () => form.requestSubmit());
    if (!failure.problem?.errors && failure.status !== 422) return null;
    text.refuse(...(failure.problem.errors ?? [{detail: failure.message}]).map((fault) => fault.detail));
    return '';
  }
  const show = (user) => {
    follow(input, of(user));
    settled();
  };
  model.onNews(show);
  show(model.user);
  return form;
}

export function detailsSection(model) {
  const description = plainInput({name: 'description', maxlength: 256, dir: 'auto'});
  const bounces = plainInput({name: 'bouncesTo', maxlength: 254, inputmode: 'email'});
  const made = facts([t('user.name'), copyable(model.user.username, t('copy.user'))], [t('user.created'), when(model.user.createdAt)]);
  const part = section('details', t('user.details'), made,
    textForm(model, () => part, 'user.description', description, t('user.description.hint')),
    // An API that knows no bounces says nothing of where they go.
    'bouncesTo' in model.user && textForm(model, () => part, 'user.bouncesTo', bounces, t('user.bouncesTo.hint')));
  return part.whole;
}
