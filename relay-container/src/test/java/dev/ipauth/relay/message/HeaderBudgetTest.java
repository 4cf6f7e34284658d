package dev.ipauth.relay.message;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.relay.smtp.TestUsers;
import dev.ipauth.tables.IpAddress;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Headers that never end, of one account and of many, while an honest device goes on sending. */
class HeaderBudgetTest {
  private static final int SIZE = 1 << 20;
  private static final int MAX_HEADER = 1 << 16;
  private static final byte[] PIECE = ("X-Endless: " + "x".repeat(500) + "\r\n").getBytes(US_ASCII);
  private static final byte[] HONEST =
      "From: a@example.com\r\nSubject: scan\r\n\r\nHello\r\n.\r\n".getBytes(US_ASCII);

  private final HeaderBudget budget = new HeaderBudget(SIZE);

  private static final class Nowhere implements TextOut {
    @Override
    public void slice(int from, int to) {}

    @Override
    public void insert(byte[] octets) {}
  }

  private MessageText message(String accountId) {
    return MessageText.of(
        Framing.DOT,
        TestUsers.of("user", accountId, List.of()),
        new Trace(
            "relay.test", IpAddress.parse("192.0.2.7"), "x", "ESMTP", null, "id1", Instant.EPOCH),
        new MessageText.Limits(1 << 20, MAX_HEADER),
        budget);
  }

  private static void take(MessageText text, byte[] octets) {
    text.take(ByteBuffer.wrap(octets), new Nowhere());
  }

  private @Nullable Fault sendHonestly() {
    MessageText text = message("honest");
    take(text, HONEST);
    text.release();
    return text.fault();
  }

  /** Each connection sends a little in turn, as the attack did. */
  @ParameterizedTest
  @CsvSource({"1, 150", "3, 150", "7, 50", "20, 20"})
  void whoTakesTooMuchIsRefusedAndNobodyElseNotices(int accounts, int connections) {
    var texts = new ArrayList<MessageText>();
    for (int i = 0; i < accounts * connections; i++) {
      texts.add(message("greedy" + i % accounts));
    }
    for (int round = 0; round < 120; round++) {
      for (MessageText text : texts) {
        take(text, PIECE);
        assertTrue(budget.held() <= SIZE, "more than there is");
      }
      assertNull(sendHonestly(), "an honest device noticed");
    }
    assertTrue(texts.stream().anyMatch(text -> text.fault() == Fault.NO_ROOM_FOR_HEADER));
    texts.forEach(MessageText::release);
    assertEquals(0, budget.held(), "all of it is given back");
  }

  @Test
  void aHeaderThatIsOverGivesBackWhatItHeld() {
    MessageText text = message("acme");
    take(text, "Subject: x\r\n".getBytes(US_ASCII));
    assertEquals(1024, budget.held());
    take(text, "\r\nText\r\n".getBytes(US_ASCII));
    assertEquals(0, budget.held());
    text.release();
    text.release();
    assertEquals(0, budget.held());
  }

  @Test
  void oneHeaderMayBeAsLargeAsTheLimitWhereTheBudgetIsTwiceThat() {
    var narrow = new HeaderBudget(2L * MAX_HEADER);
    HeaderBudget.Share share = narrow.share("acme");
    assertTrue(share.grow(MAX_HEADER));
    assertEquals(MAX_HEADER, narrow.held());
    share.release();
    assertEquals(0, narrow.held());
  }
}
