package dev.ipauth.relay.onward;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.fail;

import dev.ipauth.relay.smtp.Command;
import dev.ipauth.relay.smtp.MailFrom;
import dev.ipauth.relay.smtp.RcptTo;
import dev.ipauth.relay.smtp.Reply;
import dev.ipauth.relay.smtp.Submission;
import dev.ipauth.relay.smtp.TestUsers;
import dev.ipauth.relay.transport.Transport;
import io.netty.channel.EventLoop;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/** Drives a {@link SmtpDelivery} as a device's connection does: on its event loop. */
final class Device {
  /** The JDK's; the tests of whole connections use this machine's own. */
  static final Transport TRANSPORT = Transport.nio(2);

  private static final int LONGEST_WAIT_SECONDS = 30;

  final EventLoop eventLoop = TRANSPORT.eventLoops().next();
  private final SmtpDelivery delivery;

  Device(Onward onward) {
    this.delivery = (SmtpDelivery) onward.delivery(eventLoop, Lane.DEVICES);
  }

  /** Asks, and doesn't wait for the answer. */
  <T> CompletableFuture<T> ask(Function<SmtpDelivery, CompletionStage<T>> question) {
    return CompletableFuture.supplyAsync(() -> question.apply(delivery), eventLoop)
        .thenCompose(answer -> answer);
  }

  /** Looks at something, or does something that has no answer. */
  <T> T look(Function<SmtpDelivery, T> at) {
    return await(CompletableFuture.supplyAsync(() -> at.apply(delivery), eventLoop));
  }

  void waitUntil(Function<SmtpDelivery, Boolean> condition) {
    long end = System.nanoTime() + SECONDS.toNanos(LONGEST_WAIT_SECONDS);
    while (!look(condition)) {
      if (System.nanoTime() - end > 0) {
        fail("It never happened");
      }
    }
  }

  static <T> T await(CompletableFuture<T> answer) {
    try {
      return answer.get(LONGEST_WAIT_SECONDS, SECONDS);
    } catch (TimeoutException e) {
      return fail("No answer came", e);
    } catch (ExecutionException | InterruptedException e) {
      return fail(e);
    }
  }

  static Submission mail(String argument) {
    return Command.parse(("MAIL " + argument).getBytes(UTF_8))
            instanceof Command.Mail(MailFrom from)
        ? new Submission("id1", TestUsers.SCANNER, from)
        : fail("Not understood: MAIL " + argument);
  }

  static RcptTo rcpt(String argument) {
    return Command.parse(("RCPT " + argument).getBytes(UTF_8)) instanceof Command.Rcpt(RcptTo to)
        ? to
        : fail("Not understood: RCPT " + argument);
  }

  /** The code, and the lines with bars between. */
  static String written(Reply reply) {
    return reply.code() + " " + String.join(" | ", reply.lines());
  }
}
