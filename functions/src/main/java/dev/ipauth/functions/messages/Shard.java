package dev.ipauth.functions.messages;

import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A part of an account's rows, so that no account is one hot partition: DynamoDB writes a thousand
 * units a second to one. All rows of an SMTP user are in one of them.
 */
final class Shard {
  /** A listing of the account asks each of them. */
  static final int COUNT = 16;

  private Shard() {}

  static String of(String accountId, String username) {
    return key(Math.floorMod(username.hashCode(), COUNT), accountId);
  }

  static List<String> all(String accountId) {
    return IntStream.range(0, COUNT).mapToObj(shard -> key(shard, accountId)).toList();
  }

  /** Those of an SMTP user's rows; all of the account's where none is named. */
  static List<String> asked(String accountId, @Nullable String username) {
    return username == null ? all(accountId) : List.of(of(accountId, username));
  }

  // Of one width in front, so that no two pairs meet, whatever accounts are called.
  private static String key(int shard, String accountId) {
    return Character.toString('a' + shard) + " " + accountId;
  }
}
