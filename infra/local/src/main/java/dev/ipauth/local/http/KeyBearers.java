package dev.ipauth.local.http;

import dev.ipauth.functions.caller.Bearers;
import dev.ipauth.functions.caller.Verdict;
import dev.ipauth.local.data.KeyRing;

/**
 * The accounts' keys as bearer tokens.
 *
 * @param keys looked at with each request: one that is removed is no good at once
 */
public record KeyBearers(KeyRing keys) implements Bearers {
  @Override
  public Verdict verify(String token) {
    return keys.find(token)
        .<Verdict>map(key -> new Verdict.Good(key.account(), "key:" + key.name()))
        .orElseGet(Verdict.Bad::new);
  }

  @Override
  public String howToSend() {
    return "Send your account's key: Authorization: Bearer followed by the key.";
  }

  @Override
  public String whereToGet() {
    return "It has to be a key of your account; whoever runs this relay makes them.";
  }
}
