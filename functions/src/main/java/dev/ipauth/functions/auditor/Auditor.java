package dev.ipauth.functions.auditor;

import dev.ipauth.functions.auditor.Disagreement.Kind;
import dev.ipauth.tables.IpAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/** Compares the two tables, while they are written. */
final class Auditor {
  // With one for the address, a transaction reads up to 100.
  private static final int MOST_USERS = 99;

  private final Rows rows;
  private final int tries;
  private final Duration pause;

  /**
   * @param tries how often an address that is being changed is looked at
   * @param pause between them
   */
  Auditor(Rows rows, int tries, Duration pause) {
    this.rows = rows;
    this.tries = tries;
    this.pause = pause;
  }

  /**
   * @throws TransactionCanceledException when an address is changed without a pause
   */
  AuditReport audit() {
    Map<String, Owner> owners = rows.owners();
    Map<String, Rows.Count> counts = rows.counts();
    Rows.Users users = rows.users();
    Map<Owner, String> shown = users.shown();
    List<Disagreement> found = new ArrayList<>();
    suspects(owners, shown)
        .forEach((ip, usernames) -> found.addAll(disagreements(ip, new TreeSet<>(usernames))));
    owners.forEach(
        (ip, owner) -> {
          if (!isWellSpelt(ip)) {
            found.add(new Disagreement(Kind.MISSPELT, ip, owner, List.of()));
          }
        });
    return new AuditReport(
        owners.size(), shown.size(), List.copyOf(found), miscounts(counts, users.ofAccount()));
  }

  /**
   * Only of accounts in which no user was made or deleted while the users were read: their row says
   * how often that has happened, and says the same before and after.
   */
  private List<Miscount> miscounts(Map<String, Rows.Count> before, Map<String, Long> users) {
    Map<String, Rows.Count> after = rows.counts();
    List<Miscount> found = new ArrayList<>();
    before.forEach(
        (account, count) -> {
          long are = users.getOrDefault(account, 0L);
          if (count.equals(after.get(account)) && count.users() != are) {
            found.add(new Miscount(account, count.users(), are));
          }
        });
    return List.copyOf(found);
  }

  /** By address, the users who have to do with it. */
  private static Map<String, Set<String>> suspects(
      Map<String, Owner> owners, Map<Owner, String> shown) {
    Map<String, Set<String>> suspects = new TreeMap<>();
    owners.forEach(
        (ip, owner) -> {
          if (!ip.equals(shown.get(owner))) {
            suspects.computeIfAbsent(ip, key -> new TreeSet<>()).add(owner.username());
          }
        });
    Map<String, List<Owner>> shownBy = new HashMap<>();
    shown.forEach((user, ip) -> shownBy.computeIfAbsent(ip, key -> new ArrayList<>()).add(user));
    shownBy.forEach(
        (ip, users) -> {
          if (users.size() > 1 || !users.getFirst().equals(owners.get(ip))) {
            users.forEach(
                user -> suspects.computeIfAbsent(ip, key -> new TreeSet<>()).add(user.username()));
          }
        });
    return suspects;
  }

  private List<Disagreement> disagreements(String ip, Set<String> usernames) {
    Rows.Instant instant = atOneInstant(ip, usernames);
    Owner owner = instant.owner();
    // Since the scan the address may have become another's, whom the transaction didn't read.
    while (owner != null && usernames.size() < MOST_USERS && usernames.add(owner.username())) {
      instant = atOneInstant(ip, usernames);
      owner = instant.owner();
    }
    return judge(ip, owner, instant.shownBy());
  }

  private static List<Disagreement> judge(String ip, @Nullable Owner owner, List<Owner> shownBy) {
    List<Disagreement> found = new ArrayList<>();
    if (owner != null && !shownBy.contains(owner)) {
      found.add(new Disagreement(Kind.ADDRESS_WITHOUT_ITS_USER, ip, owner, shownBy));
    }
    if (shownBy.stream().anyMatch(user -> !user.equals(owner))) {
      found.add(new Disagreement(Kind.USER_WITHOUT_ITS_ADDRESS, ip, owner, shownBy));
    }
    if (shownBy.size() > 1) {
      found.add(new Disagreement(Kind.SHOWN_BY_SEVERAL, ip, owner, shownBy));
    }
    return found;
  }

  private Rows.Instant atOneInstant(String ip, Set<String> usernames) {
    List<String> names = usernames.stream().filter(name -> !name.isEmpty()).toList();
    List<String> some = names.subList(0, Math.min(names.size(), MOST_USERS));
    for (int tried = 1; ; tried++) {
      try {
        return rows.atOneInstant(ip, some);
      } catch (TransactionCanceledException e) {
        if (tried >= tries) {
          throw e;
        }
        pause();
      }
    }
  }

  private void pause() {
    try {
      Thread.sleep(pause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("The process is stopping", e);
    }
  }

  private static boolean isWellSpelt(String ip) {
    try {
      return Objects.equals(IpAddress.parse(ip).toString(), ip);
    } catch (IllegalArgumentException _) {
      return false;
    }
  }
}
