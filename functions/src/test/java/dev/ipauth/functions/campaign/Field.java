package dev.ipauth.functions.campaign;

import dev.ipauth.functions.campaign.Operation.Action;
import dev.ipauth.functions.campaign.Operation.Ask;
import dev.ipauth.functions.campaign.Operation.Create;
import dev.ipauth.functions.campaign.Operation.Delete;
import dev.ipauth.functions.campaign.Operation.Move;
import dev.ipauth.functions.campaign.Operation.Nominate;
import dev.ipauth.functions.campaign.Operation.PassDay;
import dev.ipauth.functions.campaign.Operation.ReadAddress;
import dev.ipauth.functions.campaign.Operation.ReadUser;
import dev.ipauth.functions.campaign.Operation.Release;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * A few addresses and the users who want them. A campaign goes from one to the next, with all
 * claimers, so that they meet, and so that each address has a history that can be checked.
 */
record Field(int number, int ofAddresses) {
  static final int ADDRESSES = 8;
  private static final int USERS = 6;
  static final List<String> ACCOUNTS = List.of("acme", "globex");

  List<String> addresses() {
    int first = number * ADDRESSES;
    return IntStream.range(first, Math.min(first + ADDRESSES, ofAddresses))
        .mapToObj(Field::address)
        .toList();
  }

  List<String> usernames() {
    return IntStream.range(0, USERS).mapToObj(i -> "f%s-u%s".formatted(number, i)).toList();
  }

  private static String address(int number) {
    return "10.%s.%s.%s".formatted(number >> 16, (number >> 8) & 255, number & 255);
  }

  private Who who(int user, SplittableRandom random) {
    boolean stranger = random.nextInt(10) == 0;
    String account = ACCOUNTS.get((user + (stranger ? 1 : 0)) % ACCOUNTS.size());
    return new Who(account, usernames().get(user));
  }

  /** Every second wants the same one. */
  private String ip(SplittableRandom random) {
    List<String> addresses = addresses();
    return addresses.get(random.nextBoolean() ? 0 : random.nextInt(addresses.size()));
  }

  /** Where proof is asked for, some are at the address themselves, and most aren't. */
  Action drawWithProof(SplittableRandom random, Links links) {
    int kind = random.nextInt(100);
    if (kind < 38) {
      return new Ask(who(random.nextInt(USERS), random), ip(random), random.nextInt(3) == 0);
    } else if (kind < 74) {
      return links.proof(usernames(), random).orElseGet(() -> draw(random));
    } else if (kind < 75) {
      return new PassDay();
    }
    return draw(random);
  }

  Action draw(SplittableRandom random) {
    int user = random.nextInt(USERS);
    Who who = who(user, random);
    String ip = ip(random);
    int kind = random.nextInt(100);
    if (kind < 34) {
      return new Nominate(who, ip);
    } else if (kind < 42) {
      String from = usernames().get((user + ACCOUNTS.size() * (1 + random.nextInt(2))) % USERS);
      return new Move(who, from, ip);
    } else if (kind < 54) {
      return new Create(who, ip);
    } else if (kind < 68) {
      return new Create(who, null);
    } else if (kind < 74) {
      return new Release(who);
    } else if (kind < 82) {
      return new Delete(who);
    } else if (kind < 91) {
      return new ReadUser(who);
    }
    return new ReadAddress(who.account(), ip);
  }
}
