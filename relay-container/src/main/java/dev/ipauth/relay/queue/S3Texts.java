package dev.ipauth.relay.queue;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.function.Consumer;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Texts as objects of a bucket. S3 answers a PUT when the object is on several machines, and shows
 * it to every reader from then on.
 */
final class S3Texts implements Texts {
  private static final String TYPE = "message/rfc822";

  private final S3Client s3;
  private final String bucket;
  private final String prefix;

  /**
   * @param prefix what keys begin with: empty, or with a slash at its end
   */
  S3Texts(S3Client s3, String bucket, String prefix) {
    this.s3 = s3;
    this.bucket = bucket;
    this.prefix = prefix;
  }

  @Override
  public void put(String id, Content content) throws IOException {
    var body = RequestBody.fromContentProvider(() -> open(content), content.length(), TYPE);
    try {
      s3.putObject(r -> r.bucket(bucket).key(prefix + id), body);
    } catch (SdkException e) {
      throw new IOException("The text can't be put into the bucket " + bucket, e);
    }
  }

  /** The SDK opens it anew for each try. */
  private static InputStream open(Content content) {
    try {
      return content.open();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public InputStream open(String id) throws IOException {
    try {
      return s3.getObject(r -> r.bucket(bucket).key(prefix + id));
    } catch (NoSuchKeyException e) {
      throw new FileNotFoundException(prefix + id + " in " + bucket);
    } catch (SdkException e) {
      throw new IOException("The text can't be read from the bucket " + bucket, e);
    }
  }

  @Override
  public void delete(String id) throws IOException {
    try {
      s3.deleteObject(r -> r.bucket(bucket).key(prefix + id));
    } catch (SdkException e) {
      throw new IOException("The text can't be deleted from the bucket " + bucket, e);
    }
  }

  @Override
  public void forEach(Consumer<Found> each) throws IOException {
    try {
      for (S3Object object :
          s3.listObjectsV2Paginator(r -> r.bucket(bucket).prefix(prefix)).contents()) {
        String id = object.key().substring(prefix.length());
        if (NAME.matcher(id).matches()) {
          each.accept(new Found(id, object.lastModified(), object.size()));
        }
      }
    } catch (SdkException e) {
      throw new IOException("The bucket " + bucket + " can't be listed", e);
    }
  }

  /** Every relay of the platform uses the bucket. */
  @Override
  public boolean isAlone() {
    return false;
  }

  @Override
  public void close() {
    s3.close();
  }
}
