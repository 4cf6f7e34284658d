package dev.ipauth.functions.campaign;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.amazonaws.services.lambda.runtime.LambdaLogger;
import dev.ipauth.functions.auditor.AuditorHandler;
import io.micronaut.function.aws.proxy.MockLambdaContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The auditor at work beside a campaign: it must find nothing while all is being written. */
final class Audits implements AutoCloseable {
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private final AuditorHandler auditor;
  private final Consumer<String> found;

  /**
   * @param found is told each line of the auditor's log that isn't a good audit's
   */
  Audits(Register register, Consumer<String> found) {
    this.found = found;
    auditor =
        new AuditorHandler(
            Register.withoutFaults(),
            register.table("SmtpUsers"),
            register.table("IpAuthentications"),
            register.table("Accounts"));
  }

  /** Every second, until it is closed. */
  Audits begin() {
    clock.scheduleWithFixedDelay(this::audit, 1, 1, TimeUnit.SECONDS);
    return this;
  }

  void audit() {
    LambdaLogger log =
        new LambdaLogger() {
          @Override
          public void log(String line) {
            if (!line.contains("\"disagreements\":0")) {
              found.accept("The auditor: " + line.strip());
            }
          }

          @Override
          public void log(byte[] line) {
            log(new String(line, UTF_8));
          }
        };
    var context =
        new MockLambdaContext() {
          @Override
          public LambdaLogger getLogger() {
            return log;
          }
        };
    try {
      auditor.handleRequest(
          InputStream.nullInputStream(), OutputStream.nullOutputStream(), context);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    clock.shutdownNow();
    clock.close();
  }
}
