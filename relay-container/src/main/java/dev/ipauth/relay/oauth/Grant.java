package dev.ipauth.relay.oauth;

import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the relay shows the issuer to be given a token. */
public sealed interface Grant {

  /**
   * Client credentials (RFC 6749 section 4.4), as Microsoft 365 wants them.
   *
   * @param scope null for the issuer's own
   */
  record ClientCredentials(String id, String secret, @Nullable String scope) implements Grant {
    @Override
    public Map<String, String> form(URI issuer, Instant now) {
      var form = new LinkedHashMap<String, String>();
      form.put("grant_type", "client_credentials");
      form.put("client_id", id);
      form.put("client_secret", secret);
      if (scope != null) {
        form.put("scope", scope);
      }
      return form;
    }

    @Override
    public String toString() {
      return "ClientCredentials[" + id + "]";
    }
  }

  /**
   * A service account's signed JWT (RFC 7523), as Google wants it.
   *
   * @param keyFile as Google makes it, JSON; read at each request, so that it can be replaced
   * @param subject the mailbox to send as
   */
  record ServiceAccount(Path keyFile, String subject, String scope) implements Grant {
    @Override
    public Map<String, String> form(URI issuer, Instant now) {
      var form = new LinkedHashMap<String, String>();
      form.put("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer");
      form.put("assertion", ServiceAccountKey.read(keyFile).assertion(issuer, subject, scope, now));
      return form;
    }
  }

  /**
   * The fields of the request for a token; may block on a file.
   *
   * @throws IllegalArgumentException with a sentence, when there is something wrong with the key
   */
  Map<String, String> form(URI issuer, Instant now);
}
