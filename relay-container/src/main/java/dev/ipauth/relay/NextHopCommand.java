package dev.ipauth.relay;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ipauth.relay.onward.Delivery;
import dev.ipauth.relay.onward.Failure;
import dev.ipauth.relay.onward.Lane;
import dev.ipauth.relay.onward.NextHopEvents;
import dev.ipauth.relay.onward.Onward;
import dev.ipauth.relay.operation.HarmlessText;
import dev.ipauth.relay.queue.HeldTexts;
import dev.ipauth.relay.smtp.Command;
import dev.ipauth.relay.smtp.MailFrom;
import dev.ipauth.relay.smtp.RcptTo;
import dev.ipauth.relay.smtp.Reply;
import dev.ipauth.relay.smtp.Submission;
import dev.ipauth.relay.transport.Transport;
import dev.ipauth.settings.BadSettings;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import java.io.PrintStream;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * {@code next-hop check [recipient]}: tries the next hop as a relay with these settings would, and
 * says in a line each what it finds; with a recipient, it sends one short message. It needs no
 * tables, and shows no secret.
 */
public final class NextHopCommand {
  private static final String USAGE = "usage: next-hop check [recipient]";
  private static final int OK = 0;
  private static final int FAILED = 1;
  private static final int MISUNDERSTOOD = 2;

  private final NextHopSettings settings;
  private final PrintStream out;
  private volatile boolean failed;

  private NextHopCommand(NextHopSettings settings, PrintStream out) {
    this.settings = settings;
    this.out = out;
  }

  /** Whether these arguments are for it. */
  public static boolean isMeant(List<String> arguments) {
    return !arguments.isEmpty() && arguments.getFirst().equals("next-hop");
  }

  /**
   * Carries it out.
   *
   * @param arguments beginning with {@code next-hop}
   * @return the exit status: 0, 1 when the next hop can't be used, be it for a bad setting, or 2
   *     when the command wasn't understood
   */
  public static int run(
      List<String> arguments, Map<String, String> environment, PrintStream out, PrintStream err) {
    if (arguments.size() < 2 || arguments.size() > 3 || !arguments.get(1).equals("check")) {
      err.println(USAGE);
      return MISUNDERSTOOD;
    }
    List<String> recipients = arguments.subList(2, arguments.size());
    if (!recipients.stream().allMatch(NextHopCommand::isAddress)) {
      err.println(recipients.getFirst() + " is no address. " + USAGE);
      return MISUNDERSTOOD;
    }
    try {
      return new NextHopCommand(NextHopSettings.read(environment), out).check(recipients);
    } catch (BadSettings e) {
      e.lines().forEach(err::println);
      return FAILED;
    } catch (IllegalArgumentException e) {
      err.println(e.getMessage());
      return FAILED;
    }
  }

  private static boolean isAddress(String text) {
    byte[] line = ("RCPT TO:<" + text + ">").getBytes(UTF_8);
    return Command.parse(line) instanceof Command.Rcpt(RcptTo to) && to.address().equals(text);
  }

  private int check(List<String> recipients) {
    Transport transport = Transport.ofThisMachine(1);
    try (Onward onward =
        FarSides.onward(
            settings.onward(),
            settings.ses(),
            new HeldTexts(settings.held()),
            transport,
            new Witness(),
            this::found)) {
      EventLoop loop = transport.eventLoops().next();
      onward.probe(loop).toCompletableFuture().join();
      if (!failed) {
        recipients.forEach(to -> send(onward.delivery(loop, Lane.DEVICES), loop, to));
      }
      return failed ? FAILED : OK;
    } finally {
      transport.eventLoops().shutdownGracefully();
    }
  }

  private void found(String step, String what) {
    out.printf(Locale.ROOT, "%-9s %s%n", step, HarmlessText.of(what));
  }

  /** Says what fails, and how far it came. */
  private final class Witness implements NextHopEvents {
    @Override
    public void failed(Failure failure) {
      failed = true;
      found(step(failure.stage()), "failed: " + failure.why());
    }

    private static String step(Failure.Stage stage) {
      return switch (stage) {
        case CONNECT -> "connect";
        case GREETING, EHLO -> "greeting";
        case TLS, AUTH -> stage.name();
        case MAIL, RCPT, DATA, TEXT, FINAL_DOT -> "send";
      };
    }

    @Override
    public void opened() {
      // Each step was told.
    }

    @Override
    public void reused() {
      // The message goes over the connection that was looked at.
    }

    @Override
    public void replaced() {
      // Nobody need know.
    }

    @Override
    public void answered() {
      // The answer itself is told.
    }

    @Override
    public void ambiguous() {
      found("send", "the message may have been taken all the same");
    }
  }

  // --- Sending -----------------------------------------------------------------------------------

  private void send(Delivery delivery, EventLoop loop, String recipient) {
    String id = UUID.randomUUID().toString();
    var from = new MailFrom(settings.sender(), -1, false, false, null, null);
    Reply reply = ask(loop, () -> delivery.begin(new Submission(id, null, null, from)));
    if (reply.isPositive()) {
      reply = ask(loop, () -> delivery.recipient(new RcptTo(recipient, null, null)));
    }
    if (reply.isPositive()) {
      reply = ask(loop, delivery::data);
    }
    if (reply.isPositive()) {
      reply = ask(loop, () -> text(delivery, id, recipient));
    }
    ask(loop, () -> abandon(delivery));
    failed |= !reply.isPositive();
    found("send", (reply.isPositive() ? "" : "failed: ") + reply);
  }

  private static CompletionStage<Boolean> abandon(Delivery delivery) {
    delivery.abandon();
    return CompletableFuture.completedStage(true);
  }

  private CompletionStage<Reply> text(Delivery delivery, String id, String recipient) {
    String date = ZonedDateTime.now(ZoneOffset.UTC).format(DateTimeFormatter.RFC_1123_DATE_TIME);
    String text =
        String.join(
            "\r\n",
            "From: <" + settings.sender() + ">",
            "To: <" + recipient + ">",
            "Subject: Check of the next hop",
            "Date: " + date,
            "Message-ID: <" + id + "@" + settings.onward().hostname() + ">",
            "",
            "Sent by next-hop check on " + settings.onward().hostname() + ".",
            "");
    delivery.text(Unpooled.copiedBuffer(text, UTF_8));
    delivery.flush();
    return delivery.finish();
  }

  private static <T> T ask(EventLoop loop, Supplier<CompletionStage<T>> question) {
    return CompletableFuture.supplyAsync(question, loop).thenCompose(answer -> answer).join();
  }
}
