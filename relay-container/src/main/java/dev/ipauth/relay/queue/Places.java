package dev.ipauth.relay.queue;

import dev.ipauth.relay.queue.QueueSettings.Place;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.s3.S3Client;

/** What {@code QUEUE_TEXTS} names, opened, and how much may be kept there. */
final class Places {
  static final double SHARE_OF_DISK = 0.8;
  private static final long BUCKET_BYTES = 100L << 30;

  private Places() {}

  static Texts open(Place place, QueueEvents events) {
    return switch (place) {
      case Place.Folder(var path) ->
          new TimedTexts(FolderTexts.in(path), TimedTexts.TIMEOUT, TimedTexts.AT_ONCE, events);
      case Place.Bucket(String name, String prefix) -> new S3Texts(s3(), name, prefix);
    };
  }

  /** With the same small HTTP client as all that the relay asks of AWS. */
  private static S3Client s3() {
    return S3Client.builder().httpClientBuilder(UrlConnectionHttpClient.builder()).build();
  }

  /** What is kept already has its place: a restart leaves the queue as large as it was. */
  static long maxBytes(QueueSettings settings, Texts texts) {
    Long given = settings.maxBytes();
    return given != null
        ? given
        : switch (settings.texts()) {
          case Place.Bucket _ -> BUCKET_BYTES;
          case Place.Folder(var path) -> {
            try {
              long free = Files.getFileStore(path).getUsableSpace();
              yield (long) ((free + texts.bytes()) * SHARE_OF_DISK);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          }
        };
  }
}
