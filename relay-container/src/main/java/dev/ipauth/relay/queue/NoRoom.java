package dev.ipauth.relay.queue;

import java.util.List;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/** Tells failures for lack of room from all others: there, waiting isn't enough. */
final class NoRoom {
  /** As the system says it (ENOSPC, EDQUOT), and SQLite. */
  private static final List<String> WORDS =
      List.of("No space left on device", "Disk quota exceeded", "disk is full");

  /** Of stores that speak S3 and have a disk of their own. */
  private static final int INSUFFICIENT_STORAGE = 507;

  private NoRoom() {}

  /** Whether this is why something couldn't be kept. */
  static boolean isWhy(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String said = String.valueOf(cause.getMessage());
      boolean isRefusal =
          cause instanceof AwsServiceException refusal
              && refusal.statusCode() == INSUFFICIENT_STORAGE;
      if (isRefusal || WORDS.stream().anyMatch(said::contains)) {
        return true;
      }
    }
    return false;
  }
}
