// The settings that the page starts with: how one signs in, and where devices find the relay.
let settings;

export async function loadStart() {
  const answer = await fetch('/dashboard.json');
  if (!answer.ok) throw new Error(`dashboard.json: ${answer.status}`);
  settings = await answer.json();
}

export const start = () => settings;
