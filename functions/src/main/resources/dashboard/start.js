// The settings that the page starts with: how one signs in, and where devices find the relay.
let settings;

export async function loadStart() {
  const answer = await fetch('/dashboard.json').catch(() => null);
  if (!answer?.ok) throw new Error('The dashboard’s own server doesn’t answer. Check your connection, and try again.');
  settings = await answer.json();
}

export const start = () => settings;
