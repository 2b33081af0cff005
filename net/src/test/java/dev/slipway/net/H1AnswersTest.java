package dev.slipway.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Answers as bytes, cut at every place.
class H1AnswersTest {
  private static final class Told implements H1Answers.Sink {
    private final StringBuilder text = new StringBuilder();

    @Override
    public void head(H1AnswerHead head) {
      var fields = new HeadText();
      head.copyTo(fields, HeaderEdits.none());
      text.append(head.status()).append('[').append(text(fields)).append(']');
    }

    private static String text(HeadText fields) {
      var lines = new String(fields.bytes(), 0, fields.length(), StandardCharsets.ISO_8859_1);
      return lines.replace("\r\n", ";");
    }

    @Override
    public void data(ByteBuf bytes) {
      text.append(bytes.toString(StandardCharsets.ISO_8859_1));
      bytes.release();
    }

    @Override
    public void end(@Nullable H1AnswerHead trailers) {
      if (trailers != null) {
        var fields = new HeadText();
        trailers.copyTo(fields, HeaderEdits.none());
        text.append('[').append(text(fields)).append(']');
      }
      text.append('.');
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          HTTP/1.1 200 OK~a: b~Content-Length: 3~~xyz                       | 200[a: b;]xyz.
          HTTP/1.1 200~A:b ~content-length:0~~                              | 200[A: b;].
          HTTP/1.0 404 Not Found~~rest                                      | 404[]rest.
          HTTP/1.1 204 No Content~keep-alive: 5~connection: close, a~a: 1~~ | 204[].
          HTTP/1.1 304 Not Modified~content-length: 9~~                     | 304[].
          HTTP/1.1 103 Early Hints~link: x~~HTTP/1.1 200 OK~content-length: 1~~y | 103[link: x;]200[]y.
          HTTP/1.1 200 OK~transfer-encoding: chunked~~3;ext=1~abc~00A~0123456789~0~~ | 200[]abc0123456789.
          HTTP/1.1 200 OK~transfer-encoding: chunked~~1~a~0~sum: 1~b: 2~~   | 200[]a[sum: 1;b: 2;].
          HTTP/1.1 200 OK~Transfer-Encoding: Chunked~content-length: 7~~1~a~0~~ | 200[]a.
          HTTP/1.1 101 Switching Protocols~upgrade: x~~raw                  | 101[]raw
          """)
  void readsTheSameWhereverTheyAreCut(String answer, String told) throws Exception {
    var bytes = answer.replace("~", "\r\n").getBytes(StandardCharsets.ISO_8859_1);
    for (int first = 0; first <= bytes.length; first++) {
      for (int second = first; second <= bytes.length; second += 3) {
        var sink = new Told();
        var answers = new H1Answers(1000);
        answers.expect(false);
        answers.read(Unpooled.copiedBuffer(bytes, 0, first), sink);
        answers.read(Unpooled.copiedBuffer(bytes, first, second - first), sink);
        answers.read(Unpooled.copiedBuffer(bytes, second, bytes.length - second), sink);
        answers.closed(sink);
        assertThat(sink.text).as("cut at %d and %d", first, second).hasToString(told);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/2 200 OK~~",
        "HTTP/1.1 20x OK~~",
        "HTTP/1.1 099 Low~~",
        "HTTP/1.1 2000 OK~~",
        "HTTP/1.1 200 OK~ folded: x~~",
        "HTTP/1.1 200 OK~a: b~ c~~",
        "HTTP/1.1 200 OK~: x~~",
        "HTTP/1.1 200 OK~a: b\u0000c~~",
        "HTTP/1.1 200 OK~content-length: ~~",
        "HTTP/1.1 200 OK~content-length: 99999999999999999999~~",
        "HTTP/1.1 200 OK~transfer-encoding: chunked~~fffffffffffffffff~",
        "HTTP/1.1 200 OK~transfer-encoding: chunked~~1~ab~",
        "HTTP/1.1 200 OK~transfer-encoding: chunked~~-1~",
        "HTTP/1.0 200 OK~transfer-encoding: chunked~~",
      })
  void refuseWhatIsMalformed(String answer) {
    var bytes = answer.replace("~", "\r\n").getBytes(StandardCharsets.ISO_8859_1);
    var answers = new H1Answers(1000);
    answers.expect(false);
    assertThatThrownBy(() -> answers.read(Unpooled.wrappedBuffer(bytes), new Told()))
        .isInstanceOf(MalformedAnswerException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"HTTP/1.1 200 OK~a: ", "HTTP/1.1 200 OK~transfer-encoding: chunked~~0~a: "})
  void refuseHeadsAboveTheLimit(String start) {
    var text = start.replace("~", "\r\n") + "x".repeat(3000);
    var answers = new H1Answers(1000);
    answers.expect(false);
    var bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> answers.read(Unpooled.wrappedBuffer(bytes), new Told()))
        .isInstanceOf(MalformedAnswerException.class)
        .hasMessageContaining("more than 1000 bytes");
  }
}
