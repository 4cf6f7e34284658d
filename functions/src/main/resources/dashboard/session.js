// Who has signed in. In the tab's session storage, so that a reload or a print doesn't sign out;
// it ends with the tab, and no other tab or later visitor finds it. Never in local storage.
const TOKEN = 'token';
const ACCOUNT = 'account';

export const session = {
  token: () => sessionStorage.getItem(TOKEN),
  begin: (token) => sessionStorage.setItem(TOKEN, token),
  /** The token is worth nothing any more; whose it was is kept, for signing in again. */
  expire: () => sessionStorage.removeItem(TOKEN),
  end: () => sessionStorage.clear(),
  account: () => sessionStorage.getItem(ACCOUNT),
  know: (account) => sessionStorage.setItem(ACCOUNT, account),
};
