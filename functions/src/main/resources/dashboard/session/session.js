// Who has signed in. In the tab's session storage, so that a reload or a print doesn't sign out, and told to
// further tabs of this page by those that are open: it ends with the last of them. Never in local storage.
const TOKEN = 'token';
const ACCOUNT = 'account';
const ID_TOKEN = 'id-token';
const ANSWER = 150; // milliseconds that a new tab waits for another's answer

const others = new BroadcastChannel('session');
const keep = (name, value) => (value ? sessionStorage.setItem(name, value) : sessionStorage.removeItem(name));

let onSignedOut = () => {};
/** What to do when somebody has signed out, or as another, in another tab. */
export const whenSignedOut = (then) => { onSignedOut = then; };

export const session = {
  token: () => sessionStorage.getItem(TOKEN),
  account: () => sessionStorage.getItem(ACCOUNT),
  /** For signing out at the provider. */
  idToken: () => sessionStorage.getItem(ID_TOKEN),
  /**
   * A token is never in it before it is known whose it is: what one account may see never stands under another's name.
   * False when it was another's before: all that the tab had kept of that one is gone, and nothing of it may be shown.
   */
  begin({token, idToken, account}) {
    const isAnothers = session.account() !== null && session.account() !== account;
    if (isAnothers) sessionStorage.clear();
    keep(TOKEN, token);
    keep(ID_TOKEN, idToken);
    keep(ACCOUNT, account);
    others.postMessage({signedIn: account});
    return !isAnothers;
  },
  /** The token is worth nothing any more; whose it was is kept, for signing in again. */
  expire: () => sessionStorage.removeItem(TOKEN),
  end() {
    sessionStorage.clear();
    others.postMessage({signedOut: true});
  },
  /** Takes over what another tab has, if one is there. */
  async share() {
    if (session.token()) return;
    others.postMessage({asks: true});
    await new Promise((then) => {
      const late = setTimeout(then, ANSWER);
      others.addEventListener('message', ({data}) => {
        if (!data.token || session.token()) return;
        session.begin(data);
        clearTimeout(late);
        then();
      });
    });
  },
};

others.addEventListener('message', ({data}) => {
  if (data.asks && session.token() && session.account()) {
    others.postMessage({token: session.token(), idToken: session.idToken(), account: session.account()});
  } else if (session.account() && (data.signedOut || (data.signedIn && data.signedIn !== session.account()))) {
    sessionStorage.clear();
    onSignedOut();
  }
});
