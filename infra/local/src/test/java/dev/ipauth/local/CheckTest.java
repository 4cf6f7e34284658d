package dev.ipauth.local;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.util.JSONObjectUtils;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * {@code POST /v1/check} says what the relay says to a device: to each SMTP user of the relay's own
 * table of decisions, from each address in it, by the address and by the password.
 */
class CheckTest {
  private static final Path TABLE =
      Path.of("../../relay-container/src/test/resources/dev/ipauth/relay/access/who-may-send.txt");
  private static final Map<String, String> SETTINGS =
      Map.of(
          "HTTP_PORT", "0",
          "SMTP_PORTS", "0",
          "SMTPS_PORTS", "0",
          "MANAGEMENT_PORT", "0",
          "AUTH_WITHOUT_TLS", "true",
          "PROXY_PROTOCOL", "required",
          "TRUSTED_PROXIES", "127.0.0.0/8",
          // They bound how long a busy machine's tables are waited for.
          "CACHE_TTL", "PT15S",
          "LOOKUP_TIMEOUT", "PT15S");

  private static final List<String> SENDERS =
      List.of("scans@example.com", "Anybody@EXAMPLE.org", "scans@sub.example.org", "");
  private static final Set<String> WITH_ALLOWED_SENDERS = Set.of("copier", "app", "retired");

  private final Map<String, String> passwords = new HashMap<>();
  private final Set<String> addresses = new TreeSet<>();

  @Test
  void saysWhatTheRelaySays() throws Exception {
    try (Platform platform = Platform.start(SETTINGS, OutputStream.nullOutputStream());
        Api acme = new Api(platform, "acme")) {
      setUp(acme);
      assertTrue(passwords.size() > 5 && addresses.size() > 10, "The table isn't read");
      passwords.put("stranger", "right");
      // Side by side: who fails an AUTH waits, each address for itself.
      var found = new ArrayList<Future<List<String>>>();
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        for (String address : addresses) {
          found.add(threads.submit(() -> differing(platform, acme, address)));
        }
      }
      for (Future<List<String>> differing : found) {
        assertEquals(List.of(), differing.get());
      }
    }
  }

  private void setUp(Api acme) throws IOException, InterruptedException {
    for (String line : Files.readAllLines(TABLE)) {
      List<String> words = Arrays.asList(line.strip().split("\\s+"));
      switch (words.getFirst()) {
        case "user" -> make(acme, words.get(1), words.subList(2, words.size()));
        case "auth" -> addresses.add(words.get(3));
        case "mail" -> addresses.add(words.get(2));
        default -> {
          // Rows that only a broken table has can't be made by the API.
        }
      }
    }
  }

  private void make(Api acme, String username, List<String> said)
      throws IOException, InterruptedException {
    passwords.put(username, acme.create(username));
    int ip = said.indexOf("nominates") + 1;
    if (ip > 0) {
      assertEquals(200, acme.nominate(username, said.get(ip)).statusCode());
    }
    int from = said.indexOf("password-from") + 1;
    List<String> networks = from == 0 ? List.of() : said.subList(from, said.size());
    List<String> senders =
        WITH_ALLOWED_SENDERS.contains(username) ? List.of("scans@example.com") : List.of();
    Map<String, Object> patch =
        Map.of(
            "enabled",
            !said.contains("disabled"),
            "ipRestrictions",
            networks,
            "allowedSenders",
            username.equals("app") ? List.of("@example.org") : senders);
    var answer =
        acme.send("PATCH", "/v1/smtp-users/" + username, JSONObjectUtils.toJSONString(patch));
    assertEquals(200, answer.statusCode(), answer.body());
  }

  private List<String> differing(Platform platform, Api acme, String address)
      throws IOException, InterruptedException, ParseException {
    var differing = new ArrayList<String>();
    compare(platform, acme, null, address, differing);
    for (String username : passwords.keySet()) {
      compare(platform, acme, username, address, differing);
    }
    return differing;
  }

  private void compare(
      Platform platform,
      Api acme,
      @Nullable String username,
      String address,
      List<String> differing)
      throws IOException, InterruptedException, ParseException {
    try (Device device = Device.behindProxy(address, platform)) {
      device.say("EHLO device");
      // Asked once: failures slow down.
      String auth =
          username == null
              ? "235 "
              : device.authenticate(username, requireNonNull(passwords.get(username)));
      for (String sender : SENDERS) {
        String relay = auth.startsWith("235 ") ? device.say("MAIL FROM:<" + sender + ">") : auth;
        device.say("RSET");
        Map<String, Object> asked = new HashMap<>(Map.of("ip", address, "mailFrom", sender));
        if (username != null) {
          asked.put("username", username);
        }
        var answer = acme.send("POST", "/v1/check", JSONObjectUtils.toJSONString(asked));
        if (!isSame(relay, JSONObjectUtils.parse(answer.body()))) {
          differing.add(asked + ": " + relay + ", and " + answer.body());
        }
      }
    }
  }

  /** What is granted the next hop may say in words of its own. */
  private static boolean isSame(String relay, Map<String, Object> check) {
    boolean isGranted = relay.startsWith("250 ");
    String reply = String.valueOf(check.get("reply"));
    return Boolean.valueOf(isGranted).equals(check.get("allowed"))
        && (isGranted ? reply.startsWith("250 ") : reply.equals(relay));
  }
}
