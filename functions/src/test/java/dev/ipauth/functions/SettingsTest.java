package dev.ipauth.functions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.ipauth.functions.register.RegisterSettings.Nominable;
import dev.ipauth.settings.BadSettings;
import dev.ipauth.tables.Peppers;
import dev.ipauth.tables.Username;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an operator sets, and how a misspelling is told. */
class SettingsTest {
  private static final Map<String, String> NEEDED =
      Map.of(
          "PASSWORD_PEPPER", "cGVwcGVycGVwcGVycGVwcGVycGVwcGVycGVwcGVycGVwcGVy",
          "OPENID_ISSUER", "https://id.example.com/",
          "OPENID_AUDIENCE", "smtp-relay");

  // As template.yaml has it made: 64 letters and digits.
  private static final String MADE_BY_CLOUDFORMATION =
      "q7Zt0aLk3XvB9cNm2PwR8sYd4FgH6jKl1QeT5uIoAzSxDcVfBgNhMjKlPoIuYtRe";

  @Test
  void defaults() {
    Settings settings = read(Map.of());

    assertEquals("SmtpUsers", settings.tables().smtpUsers());
    assertEquals("IpAuthentications", settings.tables().ipAuthentications());
    assertEquals(Nominable.PUBLIC, settings.register().nominable());
    assertEquals("account_id", settings.issuer().accountClaim());
    assertEquals(6000, settings.callers().requestsPerMinute());
    assertEquals(1000, settings.register().maxSmtpUsers());
    assertEquals(Duration.ofDays(400), settings.register().auditRetention());
  }

  @Test
  void thePepperMayBeASecretThatIsOnlyNamed() {
    Map<String, String> named =
        Map.of("PASSWORD_PEPPER", "", "PASSWORD_PEPPER_SECRET", "arn:of-the-pepper");
    Username username = new Username("scanner-2f");

    Peppers expected = Peppers.parse(MADE_BY_CLOUDFORMATION);
    assertEquals(expected.hash(username, "secret"), read(named).peppers().hash(username, "secret"));
  }

  @Test
  void aSecretThatCantBeReadIsASentence() {
    Map<String, String> named =
        Map.of("PASSWORD_PEPPER", "", "PASSWORD_PEPPER_SECRET", "arn:of-another");

    assertEquals(
        List.of(
            "PASSWORD_PEPPER_SECRET can't be used. The secret arn:of-another can't be read: no such"
                + " secret"),
        faults(named));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          NOMINABLE_IPS           | private  | =private can't be used. Write `public` or `any`.
          PASSWORD_PEPPER         | c2hvcnQ= | ' can''t be used. A pepper has 32 bytes or more; this one has 5. Make one with: openssl rand -base64 32'
          PASSWORD_PEPPER         | ''       | ' must be set. Write base64 of 32 random bytes or more, as `openssl rand -base64 32` makes.'
          PASSWORD_PEPPER_SECRET  | arn      | PASSWORD_PEPPER and PASSWORD_PEPPER_SECRET say the same. Set one of them.
          OPENID_ISSUER           | ''       | ' must be set. Write the provider''s issuer, such as https://id.example.com/.'
          OPENID_AUDIENCE         | ' '      | ' must be set. Write what the tokens'' `aud` has.'
          OPENID_JWKS             | a b      | =a b can't be used. Write a URL such as https://id.example.com/keys.
          REQUESTS_PER_MINUTE     | 0        | =0 can't be used. Write a whole number from 1 to 999999999.
          MESSAGE_RETENTION       | 401      | =401 can't be used. Write a whole number from 0 to 400.
          DASHBOARD_SIGN_IN       | sso      | =sso can't be used. Write `openid` or `account_name` or `key`.
          DASHBOARD_ORIGINS       | https://a; script-src * | '=https://a; script-src * can''t be used. Write a URL without a path, such as https://relay.example.com, several with commas between, or `none`.'
          API_ORIGINS             | https://a/x | '=https://a/x can''t be used. Write a URL without a path, such as https://relay.example.com, several with commas between, or `none`.'
          DEVICE_TLS_PORTS        | 99999    | '=99999 can''t be used. Write a whole number from 0 to 65535, several with commas between, or `none`.'
          """)
  void aBadOneIsASentence(String name, String value, String sentence) {
    String expected = sentence.startsWith("PASSWORD_PEPPER and") ? sentence : name + sentence;
    assertEquals(List.of(expected), faults(Map.of(name, value)));
  }

  @Test
  void allThatIsBadIsSaidAtOnce() {
    List<String> faults =
        faults(
            Map.of(
                "MAX_SMTP_USERS", "many",
                "PASSWORD_PEPPER", "short",
                "OPENID_ISSUER", "",
                "MESSAGES_TABLE", "?",
                "HSTS_SECONDS", "-1"));
    assertEquals(5, faults.size(), faults::toString);
  }

  @ParameterizedTest
  @CsvSource({
    "https://admin.example.com, https://admin.example.com",
    "HTTPS://Admin.example.com/, https://admin.example.com",
    "https://admin.example.com:443, https://admin.example.com",
    "http://admin.example.com:80, http://admin.example.com",
    "https://admin.example.com:8443, https://admin.example.com:8443",
    "http://[2001:db8::1]:8080, http://[2001:db8::1]:8080"
  })
  void anOriginIsAsBrowsersWriteIt(String written, String origin) {
    assertEquals(
        List.of(origin), read(Map.of("API_ORIGINS", written)).callers().apiOrigins(), written);
  }

  @Test
  void aCommaAtTheEndOfAListIsNoEntry() {
    assertEquals(
        List.of("https://a.example.com", "https://b.example.com"),
        read(Map.of("API_ORIGINS", "https://a.example.com, https://b.example.com,"))
            .callers()
            .apiOrigins());
    for (String written : List.of(",", "https://a.example.com,,", ",https://a.example.com")) {
      assertEquals(1, faults(Map.of("DASHBOARD_ORIGINS", written)).size(), written);
    }
  }

  private static List<String> faults(Map<String, String> more) {
    return assertThrows(BadSettings.class, () -> read(more)).lines();
  }

  private static Settings read(Map<String, String> more) {
    Map<String, String> all = new HashMap<>(NEEDED);
    all.putAll(more);
    return Settings.read(all, SettingsTest::secret);
  }

  private static String secret(String id) {
    if (!id.equals("arn:of-the-pepper")) {
      throw new IllegalArgumentException("The secret " + id + " can't be read: no such secret");
    }
    return MADE_BY_CLOUDFORMATION;
  }
}
