package dev.ipauth.relay.access;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ipauth.relay.smtp.Access;
import dev.ipauth.tables.IpAddress;
import dev.ipauth.tables.Network;
import dev.ipauth.tables.PasswordHash;
import dev.ipauth.tables.Username;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Runs {@code who-may-send.txt}: the tables it sets up, then one decision per line. */
class WhoMaySendTest {
  private final FakeTables tables = new FakeTables();
  private final NominationLookup nominees = new NominationLookup(tables);
  private final Access access =
      new WhoMaySend(
          Rows.PEPPERS,
          name -> at(() -> tables.smtpUser(name)),
          ip -> at(() -> nominees.apply(ip)));

  private static <T> CompletableFuture<T> at(Supplier<T> read) {
    return CompletableFuture.supplyAsync(read, Runnable::run);
  }

  @TestFactory
  Stream<DynamicTest> decisions() throws IOException {
    var cases = new ArrayList<DynamicTest>();
    for (String line : lines()) {
      String[] sides = line.split(" -> ", 2);
      var words = Arrays.asList(sides[0].strip().split("\\s+"));
      if (sides.length == 1) {
        setUp(words);
      } else {
        cases.add(
            DynamicTest.dynamicTest(line, () -> assertEquals(sides[1].strip(), decision(words))));
      }
    }
    return cases.stream();
  }

  private static List<String> lines() throws IOException {
    try (InputStream file = WhoMaySendTest.class.getResourceAsStream("who-may-send.txt")) {
      return new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .toList();
    }
  }

  private void setUp(List<String> words) {
    switch (words.getFirst()) {
      case "user" -> addUser(words.get(1), words.subList(2, words.size()));
      case "row" -> addRow(words.get(1), words.get(2));
      case "cut" -> cut(words.get(1), words.get(2));
      default -> throw new IllegalArgumentException("Not understood: " + words);
    }
  }

  private void addUser(String name, List<String> said) {
    int ip = said.indexOf("nominates") + 1;
    int from = said.indexOf("password-from") + 1;
    var networks =
        from == 0
            ? List.<Network>of()
            : said.subList(from, said.size()).stream().map(Network::parse).toList();
    String nominated = ip == 0 ? null : said.get(ip);
    tables.smtpUsers.put(
        new Username(name), Rows.user(name, !said.contains("disabled"), nominated, networks));
    if (nominated != null) {
      addRow(nominated, name);
    }
  }

  private void addRow(String ip, String name) {
    tables.ipAuthentications.put(IpAddress.parse(ip), Rows.row(ip, name));
  }

  private void cut(String table, String key) {
    tables.cut.add(table.equals("ip") ? IpAddress.parse(key) : new Username(key));
  }

  private String decision(List<String> words) {
    return switch (words.getFirst()) {
      case "auth" -> auth(words.get(1), words.get(2), IpAddress.parse(words.get(3)));
      case "mail" -> mail(login(words.get(1)), IpAddress.parse(words.get(2)));
      default -> throw new IllegalArgumentException("Not understood: " + words);
    };
  }

  private String auth(String name, String password, IpAddress from) {
    return switch (access.authenticate(name, password, from).toCompletableFuture().join()) {
      case Access.AuthAnswer.Accepted(Access.Login login) -> "accepted " + login.username();
      case Access.AuthAnswer.Refused(_, var passwordWasRight) ->
          passwordWasRight ? "refused, identified" : "refused";
      case Access.AuthAnswer.Unsure() -> "unsure";
      case Access.AuthAnswer.ShutOut(var reply) -> "shut out: " + reply;
    };
  }

  /** {@code rotated:name} logged in before its password was replaced. */
  private static Access.@Nullable Login login(String word) {
    if (word.equals("-")) {
      return null;
    }
    boolean rotated = word.startsWith("rotated:");
    var username = new Username(word.substring(word.indexOf(':') + 1));
    return new Access.Login(
        username,
        "acme",
        rotated ? new PasswordHash("older") : Rows.PEPPERS.hash(username, "right"));
  }

  private String mail(Access.@Nullable Login login, IpAddress from) {
    return switch (access.permission(from, login).toCompletableFuture().join()) {
      case Access.Permission.Granted(var user, var by) ->
          "granted "
              + user.username()
              + (by == Access.AuthenticatedBy.IP ? " by address" : " by password");
      case Access.Permission.Disabled(_) -> "disabled";
      case Access.Permission.Nobody() -> "nobody";
      case Access.Permission.Unsure() -> "unsure";
      case Access.Permission.ProxyItself() -> "the proxy itself";
      case Access.Permission.OverRate(_, var reply) -> "over the rate: " + reply;
    };
  }
}
