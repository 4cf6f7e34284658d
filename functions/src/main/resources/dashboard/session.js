// Who has signed in. In the tab's session storage, so that a reload or a print doesn't sign out;
// it ends with the tab, and no other tab or later visitor finds it. Never in local storage.
const KEY = 'token';

export const session = {
  token: () => sessionStorage.getItem(KEY),
  begin: (token) => sessionStorage.setItem(KEY, token),
  end: () => sessionStorage.removeItem(KEY),
};
