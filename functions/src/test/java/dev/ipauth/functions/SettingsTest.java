package dev.ipauth.functions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.ipauth.functions.Settings.Nominable;
import dev.ipauth.tables.Peppers;
import dev.ipauth.tables.Username;
import io.micronaut.core.value.MapPropertyResolver;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an operator sets, and how a misspelling is told. */
class SettingsTest {
  private static final Map<String, Object> NEEDED =
      Map.of(
          "password-pepper", "cGVwcGVycGVwcGVycGVwcGVycGVwcGVycGVwcGVycGVwcGVy",
          "openid-issuer", "https://id.example.com/",
          "openid-audience", "smtp-relay");

  // As template.yaml has it made: 64 letters and digits.
  private static final String MADE_BY_CLOUDFORMATION =
      "q7Zt0aLk3XvB9cNm2PwR8sYd4FgH6jKl1QeT5uIoAzSxDcVfBgNhMjKlPoIuYtRe";

  @Test
  void defaults() {
    Settings settings = read(Map.of());

    assertEquals("SmtpUsers", settings.tables().smtpUsers());
    assertEquals("IpAuthentications", settings.tables().ipAuthentications());
    assertEquals(Nominable.PUBLIC, settings.nominable());
    assertEquals("account_id", settings.issuer().accountClaim());
    assertEquals(6000, settings.requestsPerMinute());
    assertEquals(1000, settings.register().maxSmtpUsers());
    assertEquals(Duration.ofDays(400), settings.register().auditRetention());
  }

  @Test
  void thePepperMayBeASecretThatIsOnlyNamed() {
    Map<String, Object> named =
        Map.of("password-pepper", "", "password-pepper-secret", "arn:of-the-pepper");
    Username username = new Username("scanner-2f");

    Peppers expected = Peppers.parse(MADE_BY_CLOUDFORMATION);
    assertEquals(expected.hash(username, "secret"), read(named).peppers().hash(username, "secret"));
  }

  @Test
  void aSecretThatCantBeReadIsASentence() {
    Map<String, Object> named =
        Map.of("password-pepper", "", "password-pepper-secret", "arn:of-another");

    var refused = assertThrows(IllegalArgumentException.class, () -> read(named));

    assertEquals("The secret arn:of-another can't be read: no such secret", refused.getMessage());
  }

  @ParameterizedTest(name = "{0}={1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "nominable-ips       | private | NOMINABLE_IPS is any or public, not 'private'.",
        "password-pepper     | c2hvcnQ= | PASSWORD_PEPPER: A pepper has 32 bytes or more; this one has"
            + " 5. Make one with: openssl rand -base64 32",
        "password-pepper     | ''      | PASSWORD_PEPPER must be set.",
        "password-pepper-secret | arn  | PASSWORD_PEPPER and PASSWORD_PEPPER_SECRET say the same. Set"
            + " one of them.",
        "openid-issuer       | ''      | OPENID_ISSUER must be set.",
        "openid-audience     | ' '     | OPENID_AUDIENCE must be set.",
        "openid-jwks         | 'a b'   | OPENID_JWKS is a URL, not 'a b'.",
        "requests-per-minute | 0       | REQUESTS_PER_MINUTE is a number from 1 to 999999999, not '0'.",
        "dashboard-sign-in   | sso     | DASHBOARD_SIGN_IN is openid or account_name or key, not 'sso'.",
        "dashboard-origins   | 'https://a; script-src *' | DASHBOARD_ORIGINS is origins such as"
            + " https://id.example.com, with commas between, not 'https://a; script-src *'.",
        "device-tls-ports    | 99999   | DEVICE_TLS_PORTS is ports from 1 to 65535 with commas"
            + " between, not '99999'.",
      })
  void aBadOneIsASentence(String name, String value, String sentence) {
    var refused = assertThrows(IllegalArgumentException.class, () -> read(Map.of(name, value)));

    assertEquals(sentence, refused.getMessage());
  }

  private static Settings read(Map<String, Object> more) {
    Map<String, Object> all = new HashMap<>(NEEDED);
    all.putAll(more);
    return Settings.read(new MapPropertyResolver(all), SettingsTest::secret);
  }

  private static String secret(String id) {
    if (!id.equals("arn:of-the-pepper")) {
      throw new IllegalArgumentException("The secret " + id + " can't be read: no such secret");
    }
    return MADE_BY_CLOUDFORMATION;
  }
}
