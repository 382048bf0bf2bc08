"""General English: words that say nearly the same, words that say the opposite, and words that imply another.

Of no subject in particular. Groups are parted by "/"; before a colon stands what each of the words after it implies.
"""

from study.grading.language.language import RelatedWords

_SAME = """
big large great huge bigger larger / small little tiny smaller minor /
increase rise grow raise gain climb expand higher more greater /
decrease reduce lower drop fall shrink decline lessen less fewer / high higher tall / low lower /
fast quick rapid speedy quicker faster speed quickly / slow slower slowly / start begin initiate launch commence /
stop end finish halt cease terminate / same equal identical alike similar equivalent /
different differ vary distinct unlike varied difference / change alter modify adjust vary update tweak /
cause make produce create generate result lead / need require must necessary demand /
use utilize employ apply usage / get obtain receive acquire gain / give provide supply offer deliver /
show display demonstrate reveal indicate illustrate present / see observe look notice watch view /
say tell state mention express / find discover detect locate identify determine / know understand recognize /
think believe guess suppose / keep retain maintain hold preserve store save /
remove delete eliminate discard drop erase / add append insert include attach /
join connect link attach bind couple / separate divide split disconnect detach isolate apart /
combine merge mix unite blend / break damage destroy burn broken ruin / fix repair mend correct /
help assist aid support / allow permit enable let / prevent avoid block stop forbid / need want /
contain include hold consist comprise / part piece component portion section element /
group set class category collection kind type / number amount quantity count /
many several multiple numerous lots / whole entire complete full total all / copy duplicate replicate /
measure test evaluate check assess compare / predict forecast estimate guess anticipate /
choose select pick decide / send transmit transfer deliver pass / move travel go shift / put place set /
take grab remove / build construct make create / work function operate run / error mistake fault wrong loss /
goal aim purpose objective target / reason cause because explanation / result outcome effect consequence output /
example instance sample case / way method technique approach means manner / step stage phase /
near close next adjacent beside / far distant away / hot warm heat heated / cold cool chilled /
hard difficult tough / easy simple straightforward / hear listen / sound noise / heavy weigh weight mass /
strong powerful / weak feeble / bright light / dark dim / new novel fresh / old previous earlier former /
important significant essential crucial key main / enough sufficient adequate / true correct right accurate /
false wrong incorrect untrue / safe secure security safety / problem issue trouble difficulty /
person people human someone / child kid / picture image photo photograph / car vehicle / rock stone /
water liquid / earth soil ground dirt / animal creature / eat feed consume / live survive / die dead death /
information data / learn train study / memory remember store / computer machine / program software code /
repeat again iterate loop / order sequence arrange sort / connection link relationship relation / path route way /
space room gap / empty blank void / protect guard shield / quick immediate instant /
usual normal typical regular common / only just merely solely / always constantly / often frequently /
sometimes occasionally / value number / shape form / limit bound restrict constraint /
minimize minimum least smallest lowest reduce / maximize maximum most largest highest / random arbitrary chance /
unknown unseen new / input feed / rate speed / touch contact / release emit discharge / receive accept /
attract pull / own separate individual independent / complete finish done / closed complete unbroken continuous /
broken incomplete interrupted open gap break / still remain stay continue / involve include concern /
exist present / equal balance even / level amount degree / energy power / area surface region zone / bottom base /
top surface / edge border boundary side / middle center / tool device instrument equipment apparatus machine /
experiment trial test investigation / evidence proof data sign / prove confirm verify demonstrate /
explain describe clarify / thought idea concept notion / answer reply response respond acknowledge /
ask request query / attempt try / aware conscious / believe assume / belong part / bind tie / bond link /
bounce reflect / burn fire / buy purchase / calculate compute determine work / call name term /
capture catch trap / careful cautious / certain sure definite / clean pure clear / clear transparent obvious /
collect gather accumulate / color hue / communicate talk speak transmit / compact dense tight / compete rival /
conceal hide / conclude infer deduce / condition state status situation / conduct carry /
conflict clash collision collide / congested overloaded overload congestion / consecutive successive /
consider regard / control manage regulate govern / convert transform turn change / cover coat / current flow /
cycle loop / decay rot decompose / defend protect / delay lag wait latency / depend rely /
destination target receiver / develop grow / difference gap contrast / direct straight / disappear vanish /
distance length / distribute spread share / drink swallow / duplicate double / duration length period time /
dynamic changing variable / earn gain / effective efficient / element item member entry / enter insert input /
entire whole / environment surroundings habitat / estimate approximate / exact precise accurate / exceed surpass /
exchange swap trade switch / exit leave / expensive costly / expose reveal / extra additional more further /
fail failure / false fake / feature characteristic property trait attribute quality / fill load /
final last ultimate / fit match suit / flat level even / float drift / follow obey /
food nutrition nutrient meal / frequent common / function purpose role job / gather collect / global overall /
guarantee ensure assure / guide lead steer / harm hurt injure / huge enormous vast / human person /
ignore neglect disregard / imagine picture / immediately instantly / improve enhance better optimize /
inform notify alert / inside within internal / install set / instruct command order / intermediate hidden middle /
join unite / kill die / label tag mark annotation / layer level / leave depart / link chain / list enumerate /
local nearby / lose loss missing / manual hand / map chart / mark sign / maximum peak / mean average /
mechanism process procedure / minimum least / model representation / move shift / multiply times /
necessary required / network net / node unit neuron / noisy loud / object thing item / occur happen /
opening hole / opinion view / opposite reverse inverse contrary / original initial first / outside external /
own possess / package packet / pair couple / parent mother father / past previous / pause wait /
perform execute carry / permit allow / piece bit fragment / plan scheme strategy / position location place /
possible potential / pour spill / prepare ready / pressure force / previous prior / primary main principal /
print write / probability chance likelihood / procedure process / property attribute /
proportion ratio fraction share / quality property / queue buffer / quick fast / quiet silent / raise lift /
range scope extent interval / reach arrive / react respond / real actual true / recent new / refuse reject deny /
relate connect / reliable dependable trustworthy / replace substitute / require need / resist oppose /
restrict limit / retransmit resend repeat / return back / reuse recycle / rise up / rough coarse uneven /
rule law / sample specimen / save store / scatter spread / seed grain / select choose / sensitive responsive /
sequence order series / settle sink / several some / sharp pointed / shield protect / shiny reflective /
sink drop / size dimension volume / skip bypass omit / smooth even / solve resolve / source origin sender /
special particular specific / spin rotate turn revolve / split fork / spread expand / stable steady constant /
stick adhere / straight direct / strange odd / strength power / string cord rope / structure form /
student pupil learner / subject topic / sudden abrupt / sum total add / surround enclose / survive live /
talk speak / taste flavor / temperature heat / temporary brief / thin slim / throw toss / tie fasten /
together jointly / trade exchange / trick fool / true real / try attempt / unique single sole /
universal general / upper top / vibrate vibration shake oscillate / visible seen / wash clean / waste rubbish /
wave ripple / wet damp moist / wish want / wire cable lead / wood wooden timber / worth value / wrap cover /
push press force / pull tug / support hold / carry transport bring / absorb soak / evaporate vapor /
dissolve melt / other another else / separate apart gap between / separate different own / attach touch contact /
weigh weight heavy mass / large wide fat thick broad / big wide fat thick long / small thin narrow short /
everybody everyone people all / hear notice / loud noisy / mark scratch / rub scratch scrape / touch rub /
notice realize aware / plant seedling sprout / seed bean / start sprout germinate / circuit circle loop ring /
straw pipe tube / amount much many volume / dissolve disappear / bottom below under beneath / ground floor /
reaction react / powder grain crystal / bubble fizz foam gas / strainer sieve filter screen / stuck trap trapped /
flow run stream / rub scrape wear / carry wash / tight stretched / vibrate swing / pitch tone note / far long /
nearer closer / hotter warmer heat / colder cooler / best most / finish complete / twice double / half middle /
equal even / everything all whole / nothing empty / sun sunlight solar light / night dark / hide camouflage /
eat food / breathe air breath / strong sturdy hard / bendy flexible bend / push shove / pull drag /
stay remain keep / fall drop sink / rise float / grow bigger / shrink smaller / quantity size / answer solution /
slope steep / mountain hill / river stream / beach shore / sand soil dirt / squeeze compress /
guess hypothesis predict / rule procedure / try test / same constant / average mean
"""
_OPPOSITE = """
increase decrease / increase reduce / rise fall / more less / more fewer / higher lower / high low /
greater less / greater smaller / big small / large small / bigger smaller / larger smaller / long short /
longer shorter / fast slow / faster slower / hot cold / warm cool / warmer cooler / hard soft / easy difficult /
easy hard / open closed / open close / broken closed / same different / equal different / equal unequal /
connect disconnect / connect separate / join separate / attach detach / positive negative / always never /
all none / before after / above below / over under / up down / left right / inside outside / start stop /
begin end / first last / strong weak / stronger weaker / heavy light / heavier lighter / light dark /
lighter darker / tight loose / tighter looser / thick thin / thicker thinner / wide narrow / full empty /
wet dry / true false / correct incorrect / right wrong / possible impossible / minimum maximum /
minimize maximize / gain lose / win lose / attract repel / absorb reflect / push pull / on off / near far /
best worst / better worse / add remove / add subtract / include exclude / accept reject / simple complex /
known unknown / visible invisible / safe dangerous / success failure / succeed fail / increase shrink /
expand contract / alive dead / supervised unsupervised / overfit underfit / directed undirected / static dynamic /
public private / same separate / same own / other only / other alone / together apart / together separate /
complete incomplete / closed incomplete / shorter taller / short tall / small wide / hotter colder / hot cool /
warm cold / quick slow / loud quiet / louder quieter / loud soft / rough smooth / clean dirty / deep shallow /
steep flat / front back / new old / young old / early late / sink float / melt freeze / evaporate condense /
dissolve settle / everything nothing / everyone nobody / enter exit / sharp blunt / sweet sour / wrong true /
raise lower / maximum least / high small / higher fewer / positive minus / forward backward / forward back /
toward away / appear disappear / float fall / odd even / approach leave / bright dim / brighter dimmer /
full none / farther closer / far close / further closer / stretch squeeze / acid base / common rare /
support oppose / valid invalid / stable unstable / linear nonlinear / reliable unreliable / ordered unordered /
sorted unsorted / mutable immutable / finite infinite / sync async / even uneven
"""
_IMPLIED = """
different: bigger smaller longer shorter heavier lighter larger taller wider thicker thinner
size: big small large bigger smaller length height width tall
people: everyone everybody someone person human
container: cup jar bottle box bowl pan
move: go travel run walk push pull carry wash
break: burn
"""
_ENDINGS = frozenset((
    "ization", "isation", "ational", "fulness", "ousness", "iveness", "ibility", "ability", "ation", "ition", "ution",
    "ement", "ment", "ness", "ance", "ence", "able", "ible", "tion", "sion", "ical", "ally", "ious", "ive", "ity",
    "ism", "ist", "ize", "ise", "ify", "ful", "ous", "ant", "ent", "ate", "ion", "al", "ic", "er", "or", "ed", "en",
    "ly", "th", "if", "ifi", "iz", "at", "it", "t", "s", "e", "y", "i",
))  # fmt: skip

RELATED = RelatedWords(
    same=_SAME, opposite=_OPPOSITE, implied=_IMPLIED, endings=_ENDINGS, comparing=("iest", "ier", "est", "er")
)
