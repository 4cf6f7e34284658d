package dev.ipauth.relay.onward;

import dev.ipauth.relay.oauth.OAuthSettings;
import dev.ipauth.relay.onward.OnwardSettings.Timeouts;
import dev.ipauth.settings.Values;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What the relay authenticates with at the next hop. */
public sealed interface Login {
  String username();

  /** AUTH PLAIN, else LOGIN. */
  record Password(String username, String password) implements Login {
    @Override
    public String toString() {
      return "Password[" + username + "]";
    }
  }

  /** AUTH XOAUTH2. */
  record Token(String username, OAuthSettings tokens) implements Login {}

  /** Whether all of it is set. */
  static void check(Values values, Consumer<String> fault) {
    boolean named = values.isSet(OnwardSettings.NEXT_HOP_USERNAME);
    if (values.find(OnwardSettings.NEXT_HOP_AUTH).orElse(false)) {
      OAuthSettings.check(values, fault);
      if (!named) {
        fault.accept("NEXT_HOP_AUTH=xoauth2 needs NEXT_HOP_USERNAME, the mailbox to send as.");
      }
    } else if (named != values.isSet(OnwardSettings.NEXT_HOP_PASSWORD)) {
      fault.accept("NEXT_HOP_USERNAME and NEXT_HOP_PASSWORD go together. Set both or neither.");
    }
  }

  /** Reads it; null for none. */
  static @Nullable Login from(Values values, @Nullable Path authorities, Timeouts timeouts) {
    String name = values.get(OnwardSettings.NEXT_HOP_USERNAME).orElse(null);
    if (name == null) {
      return null;
    }
    return values.get(OnwardSettings.NEXT_HOP_AUTH)
        ? new Token(
            name,
            OAuthSettings.from(values, name, authorities, timeouts.connect(), timeouts.command()))
        : new Password(name, values.get(OnwardSettings.NEXT_HOP_PASSWORD).orElseThrow());
  }
}
