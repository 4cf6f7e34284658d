package dev.ipauth.relay.queue;

import dev.ipauth.relay.onward.Delivery;
import dev.ipauth.relay.onward.Failure;
import dev.ipauth.relay.onward.Failure.Kind;
import dev.ipauth.relay.onward.Failure.Stage;
import dev.ipauth.relay.smtp.RcptTo;
import dev.ipauth.relay.smtp.Replies;
import dev.ipauth.relay.smtp.Reply;
import dev.ipauth.relay.smtp.Submission;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A next hop that answers what it is told to: a code, {@code lost}, or nothing yet. Or the relay's
 * own pace answers for it: {@code paced}.
 */
final class ScriptedDelivery implements Delivery {
  private static final Set<Integer> RELAY_REFUSED = Set.of(530, 532, 534, 535, 538);

  private final List<String> toRecipients;
  private final String toData;
  private final String toFinalDot;
  private final List<String> offered = new ArrayList<>();
  private @Nullable Failure failure;
  private boolean lost;

  /** What it offers; null before it was reached. */
  @Nullable Set<Extension> offers = Set.of();

  /** Completes when the final dot is answered. */
  final CompletableFuture<Reply> late = new CompletableFuture<>();

  /** The recipients whose message it has. */
  final List<String> has = new CopyOnWriteArrayList<>();

  /** The recipients whose message it refused for good. */
  final List<String> refused = new CopyOnWriteArrayList<>();

  /** Whether it was asked for an answer to the final dot that it doesn't give. */
  volatile boolean isSilent;

  /** How often it was said that nobody waits for the answer any longer. */
  final AtomicInteger unanswered = new AtomicInteger();

  /** Whether its connection was given up. */
  volatile boolean isAbandoned;

  ScriptedDelivery(List<String> toRecipients, String toData, String toFinalDot) {
    this.toRecipients = new ArrayList<>(toRecipients);
    this.toData = toData;
    this.toFinalDot = toFinalDot;
  }

  @Override
  public @Nullable Set<Extension> extensions() {
    return offers;
  }

  @Override
  public CompletionStage<Reply> begin(Submission message) {
    offered.clear();
    return CompletableFuture.completedStage(Replies.SENDER_OK);
  }

  @Override
  public CompletionStage<Reply> recipient(RcptTo to) {
    Reply reply = answer(Stage.RCPT, toRecipients.removeFirst());
    if (failure == null) {
      offered.add(to.address());
    }
    return CompletableFuture.completedStage(reply);
  }

  @Override
  public CompletionStage<Reply> data() {
    return CompletableFuture.completedStage(answer(Stage.DATA, toData));
  }

  @Override
  public CompletionStage<Reply> finish() {
    if (toFinalDot.equals("silent")) {
      isSilent = true;
    } else {
      sayLate(toFinalDot);
    }
    return late;
  }

  /** Answers the final dot after all. */
  void sayLate(String said) {
    Reply reply = answer(Stage.FINAL_DOT, said);
    if (failure == null) {
      has.addAll(offered);
    } else if (failure.kind() == Kind.REFUSED_FOR_GOOD) {
      refused.addAll(offered);
    }
    late.complete(reply);
  }

  private Reply answer(Stage stage, String said) {
    lost |= said.equals("lost");
    if (lost) {
      failure = new Failure(stage, Kind.CLOSED, "it closed");
      return Replies.NEXT_HOP_FAILED;
    }
    if (said.equals("paced")) {
      failure = new Failure(Stage.MAIL, Kind.PACED, "no place");
      return Replies.PACED;
    }
    // MAIL and a code: what it says against the sender comes as the first recipient's answer.
    boolean ofSender = said.startsWith("MAIL:");
    String words = ofSender ? said.substring("MAIL:".length()) : said;
    String[] parts = words.split("/", -1);
    int code = Integer.parseInt(parts[0]);
    Reply reply = Reply.of(code, (parts.length > 1 ? parts[1] + " " : "") + "said");
    failure =
        code < 400 ? null : new Failure(ofSender ? Stage.MAIL : stage, kind(code), "it said so");
    return reply;
  }

  private static Kind kind(int code) {
    if (RELAY_REFUSED.contains(code)) {
      return Kind.OPERATOR;
    }
    return code < 500 ? Kind.REFUSED_FOR_NOW : Kind.REFUSED_FOR_GOOD;
  }

  @Override
  public void abandon() {
    isAbandoned = true;
    offered.clear();
  }

  @Override
  public @Nullable Failure failure() {
    return failure;
  }

  @Override
  public boolean reportsDeliveries() {
    Set<Extension> known = offers;
    return known != null && known.contains(Extension.DSN);
  }

  @Override
  public void unanswered() {
    unanswered.incrementAndGet();
  }

  @Override
  public void text(ByteBuf octets) {
    octets.release();
  }

  int recipientsLeft() {
    return toRecipients.size();
  }

  @Override
  public void flush() {}

  @Override
  public boolean isWritable() {
    return true;
  }

  @Override
  public void whenWritable(Runnable resume) {
    resume.run();
  }
}
