package dev.slipway.node.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.node.network.DnsMessage.Fact;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class DnsMessageTest {
  /// `Web.svc`, type A.
  private static final byte[] ASKED =
      HexFormat.of().parseHex("abcd01000001000000000000035765620373766300" + "00010001");

  @Test
  void parse_question_isLowerCaseAndHasItsType() {
    var question = DnsMessage.parse(ASKED).orElseThrow();

    assertThat(question.name()).isEqualTo("web.svc");
    assertThat(question.type()).isEqualTo(DnsMessage.A);
    assertThat(question.id()).isEqualTo(0xabcd);
  }

  @Test
  void parse_cutAnywhere_isNoQuestion() {
    for (int length = 0; length < ASKED.length; length++) {
      assertThat(DnsMessage.parse(Arrays.copyOf(ASKED, length))).as("%d bytes", length).isEmpty();
    }
  }

  @Test
  void parse_anyBytes_neverFails() {
    long seed = System.nanoTime();
    var random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      var bytes = ASKED.clone();
      for (int changes = random.nextInt(6); changes >= 0; changes--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      var parsed = DnsMessage.parse(bytes);
      assertThat(parsed).as("seed %d", seed).isNotNull();
    }
  }

  @Test
  void answer_addressAndPlace_areAsTheRfcsHaveThem() {
    var question = DnsMessage.parse(ASKED).orElseThrow();

    var answer =
        DnsMessage.answer(
            question,
            DnsMessage.NO_ERROR,
            List.of(new Fact.Address("web.svc", 0x0a000001), new Fact.Place("w", 80, "t")),
            List.of());

    assertThat(HexFormat.of().formatHex(answer))
        .isEqualTo(
            "abcd85800001000200000000"
                + "03576562037376630000010001"
                + "03776562037376630000010001000000050004"
                + "0a000001"
                + "0177000021000100000005"
                + "0009000000640050"
                + "017400");
  }

  @Test
  void answer_tooLarge_saysSoAndIsEmpty() {
    var question = DnsMessage.parse(ASKED).orElseThrow();
    var many = Collections.nCopies(40, (Fact) new Fact.Address("web.svc", 1));

    var answer = DnsMessage.answer(question, DnsMessage.NO_ERROR, many, List.of());

    assertThat(answer).hasSizeLessThan(512);
    assertThat(answer[2] & 0x02).as("truncated").isNotZero();
  }
}
