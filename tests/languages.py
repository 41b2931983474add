"""One short report in several languages, for the rules of pages that are not Chinese."""

from __future__ import annotations

from typing import Final, NamedTuple

__all__ = ["REPORTS", "Report"]


class Report(NamedTuple):
    """A report, and what stands below it."""

    headline: str
    texts: tuple[str, ...]
    related: str
    link: str


def _report(text: str, joint: str = " ") -> Report:
    """Read a report: the headline, the paragraphs, the heading of the links below, the text of the links."""
    headline, *texts, related, link = (joint.join(part.split("\n")) for part in text.strip().split("\n\n"))
    return Report(headline, tuple(texts), related, link)


REPORTS: Final = {
    "de": _report(
        """
Ein Gang durch die blühenden Obstgärten

Ende April öffnen sich die Blüten über dem Dorf fast alle auf einmal, und die ersten Besucher
kommen, bevor der Nebel von den Terrassen gewichen ist. Um neun ist der Parkplatz voll.

Die Besitzerin des ältesten Hofes führt seit 1987 Buch und sagt, die Blüte komme heute elf Tage
früher als damals. In ihren grünen Bänden hat jeder Frost eine eigene Zeile.

Die Gemeinde plant einen Weg um den Kamm und eine Markthalle neben dem Bahnhof, damit die Bauern ihr
Obst ohne lange Fahrt verkaufen können. Im Herbst sollen die Arbeiten beginnen.

Lesen Sie auch

Wie das Tal zu seiner Bahn kam
"""
    ),
    "ru": _report(
        """
Прогулка по цветущим садам

В конце апреля сады над деревней расцветают почти одновременно, и первые гости приезжают ещё до
того, как туман поднимется с террас. К девяти часам стоянка уже заполнена.

Хозяйка старейшей фермы ведёт записи с 1987 года и говорит, что теперь деревья зацветают на
одиннадцать дней раньше, чем тогда. В её тетрадях каждому заморозку отведена строка.

Городской совет собирается проложить тропу вдоль хребта и построить рынок у станции, чтобы садоводы
могли продавать фрукты рядом с домом. Работы начнутся осенью, после сбора урожая.

Читайте также

Как в долину пришла железная дорога
"""
    ),
    "ar": _report(
        """
جولة في البساتين المزهرة

في أواخر أبريل تتفتح الأزهار في البساتين فوق القرية دفعة واحدة، ويصل الزوار الأوائل قبل أن ينقشع
الضباب عن المدرجات. وعند التاسعة يكون موقف السيارات قد امتلأ بالكامل.

تقول صاحبة أقدم مزرعة، التي تدون الملاحظات منذ عام 1987، إن الإزهار يأتي اليوم قبل أحد عشر يوما مما
كان عليه حين بدأت. وفي دفاترها الخضراء لكل صقيع سطر خاص به.

يخطط مجلس البلدة لشق طريق حول التلال وبناء سوق بجوار المحطة، كي يتمكن المزارعون من بيع ثمارهم من دون
رحلة طويلة. ومن المقرر أن يبدأ العمل في الخريف بعد جني المحصول.

اقرأ أيضا

كيف وصلت السكة الحديدية إلى الوادي
"""
    ),
    "ja": _report(
        """
花ざかりの果樹園を歩く

四月の終わり、村の上に広がる果樹園の花はいっせいに開き、霧が段々畑から晴れる前に最初の客がやって来る
。九時には駐車場がいっぱいになる。

一九八七年から記録をつけている最も古い農園の主人は、花が当時より十一日も早く咲くようになったと話す。
緑の帳面には霜の日が一行ずつ書かれている。

町は尾根をめぐる道と駅のとなりの市場を計画しており、農家は遠くまで運ばずに果物を売れるようになる。工
事は収穫の終わる秋に始まる予定だ。

関連記事

谷に鉄道が通った日のこと
""",
        joint="",
    ),
    "ko": _report(
        """
꽃이 핀 과수원을 걷다

사월 말이면 마을 위 과수원의 꽃이 한꺼번에 피고, 계단밭의 안개가 걷히기도 전에 첫
손님들이 찾아온다. 아홉 시가 되면 주차장은 가득 찬다.

1987년부터 기록을 남겨 온 가장 오래된 농장의 주인은 꽃이 그때보다 열하루나 일찍
핀다고 말한다. 초록색 장부에는 서리가 내린 날마다 한 줄씩 적혀 있다.

군은 능선을 도는 길과 역 옆의 시장을 계획하고 있어, 농민들은 먼 길을 가지 않고도
과일을 팔 수 있게 된다. 공사는 수확이 끝나는 가을에 시작된다.

관련 기사

골짜기에 철도가 들어오던 날의 이야기
"""
    ),
}
