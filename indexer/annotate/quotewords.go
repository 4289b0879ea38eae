package annotate

// wordList is what one class of words is in one language. In a phrase, _ stands for a space, {a,b} for either.
type wordList struct {
	class class
	words string
}

// speechWords are the words by which texts report what others said, and those by which positions are taken.
var speechWords = []struct {
	code         string
	speech, cues []wordList
}{
	{"en", englishSpeech, englishCues},
	{"fr", frenchSpeech, frenchCues},
	{"es", spanishSpeech, spanishCues},
	{"ru", russianSpeech, russianCues},
	{"ar", arabicSpeech, arabicCues},
	{"zh", chineseSpeech, chineseCues},
}

var englishSpeech = []wordList{
	{accordingTo | theirWords, `according_to_{him,her,them} in_{his,her,their}_{words,view,opinion}`},
	{cabinet | head, `minister ministry prime_minister foreign_minister president chancellor ambassador spokes{person,man,woman} premier foreign_ministry permanent_representative`},
	{adjunct, `in on at`},
	{says, `sa{id,ys} stated states noted notes argue{d,s} added adds explain{ed,s} warn{ed,s} declare{d,s} announce{d,s} commented remark{ed,s} observe{d,s} insist{ed,s} claim{ed,s}
		assert{ed,s} maintain{ed,s} contend{ed,s} suggest{ed,s} point{ed,s}_out conclude{d,s} acknowledge{d,s} admit{ted,s} recall{ed,s} stress{ed,es} emphasi{s,z}e{d,s} underline{d,s}
		underscore{d,s} highlight{ed,s} reiterate{d,s} reaffirm{ed,s} affirm{ed,s} confirm{ed,s} told tells wrote writes tweeted repl{ied,ies} responded cautioned indicated testified
		made_{it_,}clear expressed_the_view was_of_the_view were_of_the_view took_the_view believe{s,d} considered considers explained describe{d,s} called complained
		quipped continued went_on_to_say pledged promised vowed asked queried questioned concluded quoted_as_saying denied`},
	{saysFor, `call{ed,s,}_{for,on,upon} {is,are}_calling_{for,on,upon} urge{d,s} {is,are}_urging welcome{d,s} condemn{ed,s} denounce{d,s} deplore{d,s} criticise{d,s} criticize{d,s} reject{ed,s} opposed supported
		endorsed proposed recommended requested demand{ed,s} {is,are}_demanding expressed expresses appeal{ed,s}_{to,for} advocated encouraged encourages invited commended praised regretted objected_to
		favo{u,}red asked_for asked_that spoke_{in_favour,in_favor,against,of} raised_concern{s,} voiced disagreed_with reserved_its_position lamented sought appealed`},
	{accordingTo, `according_to in_the_words_of in_the_view_of in_the_opinion_of`},
	{gerund, `saying stating adding noting arguing explaining warning writing commenting remarking insisting tweeting declaring emphasi{s,z}ing stressing`},
	{accordingTo | heads, `{quote,quotes,comments,statement}_attributable_to {quotes,comments}_attributed_to following_quotes_are_attributable_to`},
	{head, `delegation{s,} representative{s,} delegate{s,} spokes{person,man,woman,people,persons} ambassador{s,} minister{s,} ministry government{s,} president vice-president chair{man,woman,person,} co-chair
		director{s,} secretary secretary-general secretary_general officer official{s,} envoy counsel lawyer{s,} attorney leader{s,} founder co-founder ceo head member group organisation{s,} organization{s,} colleague{s,} friend{s,}
		company coalition mission embassy chancellor premier prime_minister analyst researcher manager adviser advisor expert campaigner coordinator fellow professor senator mp commissioner
		attache advocate technologist activist authorities administration cabinet office board staff state_department foreign_ministry foreign_office rapporteur policy_lead council committee
		deputy justice judge engineer economist scientist team treasurer convenor convener`},
	{anaphor, `delegation representative delegate spokes{person,man,woman} ambassador minister ministry organisation organization coalition company envoy`},
	{pronoun, `he she they it`},
	{auxiliary, `has have had was were is are also been`},
	{adverb, `further furthermore today yesterday again later earlier then strongly repeatedly recently additionally similarly likewise clearly rightly publicly explicitly consistently jointly equally
		nevertheless nonetheless however therefore moreover meanwhile finally firmly reportedly now just still already once thus monday tuesday wednesday thursday friday saturday sunday
		in_a_statement in_response in_its_statement in_particular this_week last_week this_month this_year last_year last_month herself himself itself both all very deeply`},
	{negator, `not never no neither nor hardly didn_t doesn_t hasn_t haven_t don_t isn_t wasn_t aren_t weren_t cannot can_t won_t wouldn_t couldn_t shouldn_t without declined_to failed_to refused_to stopped_short nobody
		fails_to refuses_to refuse_to yet_to`},
	{modal, `would could might may if whether should must shall unless will can ought`},
	{that, `that how`},
	{link, `of for from with at to`},
	{article, `the a an its his her their our this another one`},
	{clause, `and but while that when as because where since although though whereas or so whom which who after before in_which yet here there thus`},
	{coordinator, `and with`},
	{titled, `entitled titled called named so-called term word words phrase known_as dubbed labelled labeled headed chapter section article slogan theme title definition heading definition_of`},
	{saysFor, `accuse{d,s} dismisse{d,s} hailed applauded`},
}

var frenchSpeech = []wordList{
	{accordingTo | theirWords, `selon_{lui,elle,eux} d_après_{lui,elle,eux}`},
	{says, `décl{arait,araient,arèrent} affirm{ait,aient,èrent} expliqu{ait,aient,a,èrent} soulign{ait,aient,a,èrent} indiqu{ait,aient,a} précis{ait,aient,a} estim{ait,aient,a} ajout{ait,aient,a} rappel{ait,aient,a} assur{ait,aient,a}
		not{ait,a} insist{ait,a} annonç{ait,aient,a} disai{t,ent} regrettait prédi{t,sent} révèle{nt,,ra} promet promettent juge{,nt} craint craignent pense{,nt} croit croient prétend prétendent fait_savoir détaille{,nt} avance{,nt} argue{,nt}
		ironise{,nt} analyse{,nt} renchérit complète nuance_t_il garantit garantissent confirme_t_{il,elle} indique_t_{il,elle} estime_t_{il,elle} poursuit_{il,elle} conclut_{il,elle} dit_elle rappelle_t_{il,elle} insiste_t_{il,elle} note_t_{il,elle}
		assure_t_{il,elle} observe_t_{il,elle} martèle_t_{il,elle} lance_t_{il,elle} regrette_t_{il,elle} confie_t_{il,elle} glisse_t_{il,elle}`},
	{says | participle, `fait_savoir promis révélé jugé martelé détaillé garanti`},
	{accordingTo, `pour_reprendre_les_mots_de de_l_avis_du selon_les_mots_de peut_on_lire_dans lit_on_dans`},
	{says, `écrit-{il,elle} déclare-t-{il,elle} ajoute-t-{il,elle} explique-t-{il,elle} affirme-t-{il,elle} souligne-t-{il,elle} précise-t-{il,elle} résume{,nt} raconte{,nt} témoigne{,nt} confie{,nt} lance{,nt} tranche{,nt} répète{,nt}
		déplore{,nt} se_réjouit s_insurge s_indigne prévient plaide{,nt} argumente{,nt} admet admettent glisse{,nt} objecte{,nt} rétorque{,nt} reconnait`},
	{says | participle, `raconté témoigné confié lancé tranché répété déploré plaidé argumenté admis objecté rétorqué résumé commenté`},
	{cabinet | head, `ministre ministère premier_ministre première_ministre président{,e} ambassadeur ambassadrice porte-parole chancelier chancelière`},
	{adjunct, `en à lors`},
	{says, `décl{are,arent} affirme{,nt} indique{,nt} souligne{,nt} estime{,nt} ajoute{,nt} explique{,nt} précise{,nt} rappelle{,nt} note{,nt} avertit avertissent insiste{,nt} soutien{t,nent} assure{,nt}
		annonce{,nt} reconna{ît,issent} dit disent considère{,nt} remarque{,nt} écri{t,vent} prévient répond constate{,nt} réaffirme{,nt} réitère{,nt} poursuit conclut martèle confirme{,nt}
		déclara affirma dit-il fait_valoir fait_remarquer commente{,nt} s_inquiète s_inquiètent alerte{,nt}`},
	{says | participle, `déclaré affirmé indiqué souligné estimé ajouté expliqué précisé rappelé noté averti insisté soutenu assuré annoncé reconnu dit considéré remarqué écrit prévenu répondu constaté réaffirmé
		réitéré poursuivi conclu confirmé fait_valoir fait_remarquer commenté observé plaidé alerté relevé`},
	{saysFor, `appelle{,nt}_{à,au,aux,les,l} demande{,nt} exhorte{,nt} salue{,nt} condamne{,nt} rejette{,nt} dénonce{,nt} regrette{,nt} propose{,nt} recommande{,nt} se_félicite{,nt} s_oppose{,nt} réclame{,nt} exige{,nt}
		invite{,nt} déplore{,nt} plaide{,nt}_pour préconise{,nt} encourage{,nt}`},
	{saysFor | participle, `appelé_{à,au,aux,les,l} demandé exhorté salué condamné rejeté dénoncé regretté proposé recommandé félicité{,e,s,es} opposé{,e,s,es} réclamé exigé invité déploré plaidé_pour préconisé exprimé encouragé
		dit_préoccupé{,e} prononcé{,e,s,es}`},
	{accordingTo, `selon d_après de_l_avis_de aux_yeux_de`},
	{gerund, `ajoutant précisant déclarant affirmant soulignant estimant expliquant`},
	{head, `délégation{,s} représentant{,e,s,es} délégué{,e,s,es} porte-parole ambassadeur{,s} ambassadrice ministre{,s} ministère gouvernement président{,e} secrétaire secrétaire_général{,e} directeur directrice coordinateur
		coordinatrice avocat{,e} chargé{,e} membre{,s} organisation{,s} association{,s} coalition collectif chef cheffe responsable{,s} fondateur fondatrice commission comité groupe mission ambassade
		ministère_des_affaires_étrangères conseiller conseillère chercheur chercheuse premier_ministre première_ministre députée député`},
	{anaphor, `délégation représentant{,e} délégué{,e} porte-parole ambassadeur ambassadrice ministre ministère organisation association coalition`},
	{pronoun, `il elle ils elles t_il t_elle t_ils t_elles`},
	{auxiliary, `a ont avait avaient s_est se_sont s_était est sont s était se t`},
	{adverb, `également aussi ensuite hier vivement fermement notamment ainsi encore toujours clairement aujourd_hui lundi mardi mercredi jeudi vendredi samedi dimanche déjà publiquement vendredi_dernier
		récemment par_ailleurs en_outre tous toutes eux très`},
	{negator, `ne n jamais pas nullement sans aucun aucune ni`},
	{modal, `si pourrait pourraient aurait auraient devrait devraient serait doit doivent va vont peut peuvent`},
	{that, `que qu`},
	{link, `de du des d pour à au chez auprès`},
	{article, `le la les l un une notre leur son sa ses cette ce cet`},
	{clause, `et mais que qu lorsque quand car comme alors_que tandis_que où qui dont ou puis`},
	{coordinator, `et`},
	{titled, `intitulé{,e,s,es} appelé{,e,s} nommé{,e} baptisé{,e} terme mot mots expression titre article chapitre dénommé{,e} slogan thème notion`},
	{saysFor, `accuse{,nt} nie{,nt}`},
	{saysFor | participle, `accusé nié`},
	{accordingTo, `à_en_croire`},
}

var spanishSpeech = []wordList{
	{accordingTo | theirWords, `a_su_juicio en_su_opinión a_su_entender según_{él,ella,ellos}`},
	{says, `decía decían señalaba{,n} afirmaba{,n} explicaba{,n} indicaba{,n} aseguraba{,n} sostenía{,n} advertía{,n} recordaba{,n} insistía{,n} garantizó garantizaron garantiza{,n} prometió predijo vaticinó abundó juzgó constató constataron
		comunicó comunicaron explicita{,n} detalla{,n} precisa{,n} argumenta{,n} aclara{,n} reconoce{,n} admite{,n} cuenta{,n} opina{,n} confirma{,n} confirmaron informa{,n} anuncia{,n} responde{,n} concluye{,n} comenta{,n} alega{,n}
		ha{,n}_{prometido,informado,anunciado,confirmado,reiterado,comentado,precisado,aclarado,respondido,opinado,considerado,admitido,alertado,garantizado,destacado,matizado,apuntado,detallado,concluido,revelado}
		ha{,n}_hecho_hincapié había{,n}_{dicho,declarado,afirmado,señalado,asegurado,advertido,anunciado,explicado} puso_de_relieve pusieron_de_relieve puso_de_manifiesto dejó_claro`},
	{adverb, `no_obstante sin_embargo en_un_comunicado en_rueda_de_prensa en_su_intervención al_respecto`},
	{head, `ente entidad organismo autoridad institución procurador{,a} asesor{,a} secretari{o,a}_de_estado viceministr{o,a} representante_permanente presidencia ministr{o,a}_de_relaciones_exteriores ministr{o,a}_de_asuntos_exteriores`},
	{anaphor, `ente organismo autoridad institución mandatari{o,a}`},
	{cabinet | head, `representante_permanente ministr{o,a}_de_relaciones_exteriores ministr{o,a}_de_asuntos_exteriores viceministr{o,a} cancillería`},
	{says, `aseveró aseveraron proclamó proclamaron expresó enfatizó enfatizaron remarcó remarcaron relató relataron detalló detallaron adelantó admitió admitieron cuestionó cuestionaron reveló revelaron contó narró refirió ratificó
		acotó expuso expusieron contestó contestaron exclamó prometió prometieron sentenció zanjó matizó reafirmó reafirmaron informó informaron ha{,n}_{añadido,proclamado,contestado,explicado,reconocido,recalcado,advertido,insistido}
		recalcó recalcaron alegó alegaron defendió defendieron celebró remató ironizó estimó estimaron hizo_hincapié cree creen piensa`},
	{cabinet | head, `ministr{o,a} ministerio canciller cancillería president{e,a} embajador{,a} portavoz vocer{o,a} primer_ministro primera_ministra`},
	{adjunct, `en durante`},
	{says, `dijo dijeron dice{,n} declaró declararon declara{,n} señaló señalaron señala{,n} afirmó afirmaron afirma{,n} indicó indicaron indica{,n} añadió añadieron añade agregó agregaron agrega explicó explicaron explica{,n}
		subrayó subrayaron subraya{,n} destacó destacaron destaca{,n} recordó recordaron recuerda{,n} sostuvo sostuvieron sostiene{,n} aseguró aseguraron asegura{,n} advirtió advirtieron advierte{,n} manifestó manifestaron
		apuntó insistió insistieron insiste{,n} reiteró reiteraron reitera{,n} consideró consideraron considera{,n} anunció anunciaron argumentó argumentaron comentó reconoció reconocieron escribió opinó opinaron precisó
		resaltó alertó alertaron puntualizó aclaró respondió concluyó confirmó ha{,n}_{dicho,declarado,señalado,afirmado,indicado,añadido,explicado,subrayado,destacado,recordado,sostenido,asegurado,advertido,manifestado}`},
	{saysFor, `pidió pidieron pide{,n} instó instaron insta{,n}_a exigió exigieron exige{,n} rechazó rechazaron rechaza{,n} condenó condenaron condena{,n} acogió_con_{satisfacción,beneplácito} acogieron_con_{satisfacción,beneplácito}
		celebró celebraron saludó saludaron propuso propusieron propone{,n} recomendó recomendaron recomienda{,n} solicitó solicitaron llamó_a llamaron_a hizo_un_llam{amiento,ado} hicieron_un_llam{amiento,ado} abogó_por abogaron_por
		se_opuso se_opusieron lamentó lamentaron lamenta{,n} apoyó apoyaron criticó criticaron critica{,n} denunció denunciaron denuncia{,n} expresó expresaron expresa{,n} reclamó reclamaron exhortó exhortaron
		ha{,n}_{pedido,instado,exigido,rechazado,condenado,celebrado,propuesto,solicitado,lamentado,criticado,denunciado,expresado,reclamado}`},
	{accordingTo, `según de_acuerdo_con a_juicio_de en_palabras_de en_opinión_de a_decir_de`},
	{gerund, `diciendo añadiendo señalando afirmando declarando`},
	{head, `titular mandatari{o,a} excandidat{o,a} candidat{o,a} alcalde alcaldesa gobernador{,a} fiscal comisari{o,a} experto experta activista{s,} analista{s,} académic{o,a} magistrad{o,a} delegación delegaciones representante{,s} delegad{o,a,os,as} portavoz portavoces vocer{o,a} embajador{,a} ministr{o,a} ministerio gobierno president{e,a} secretari{o,a} secretari{o,a}_general director{,a} coordinador{,a}
		abogad{o,a} canciller cancillería miembro organización organizaciones asociación coalición red jef{e,a} responsable fundador{,a} comisión comité grupo misión embajada investigador{,a} relator{,a} diputad{o,a} encargad{o,a}`},
	{anaphor, `delegación representante delegad{o,a} portavoz vocer{o,a} embajador{,a} ministr{o,a} ministerio organización asociación coalición canciller`},
	{pronoun, `él ella ellos ellas`},
	{auxiliary, `ha han había habían se también le les`},
	{adverb, `ayer hoy asimismo además igualmente firmemente enérgicamente públicamente nuevamente luego después ya lunes martes miércoles jueves viernes sábado domingo siempre claramente todavía por_su_parte a_su_vez
		reiteradamente conjuntamente recientemente muy`},
	{negator, `no nunca jamás tampoco sin ni nadie ningún ninguna`},
	{modal, `si podría podrían debería deberían habría habrían debe deben puede pueden`},
	{that, `que`},
	{link, `de del para por ante en_nombre_de`},
	{article, `el la los las un una nuestra nuestro su sus esta este`},
	{clause, `y e pero que cuando porque como mientras donde quien cual o pues aunque`},
	{coordinator, `y e`},
	{titled, `titulad{o,a,os,as} llamad{o,a,os,as} denominad{o,a,os,as} término palabra palabras expresión lema artículo capítulo título concepto bajo_el_lema`},
	{says, `se_quej{ó,aron,a,an} valor{ó,aron} ha{,n}_{valorado,lamentado,criticado,denunciado,celebrado,reiterado,apostillado} apostilló recriminó ironizó`},
	{saysFor, `neg{ó,aron} niega{,n} acusó acusaron acusa{,n}`},
}

var russianSpeech = []wordList{
	{accordingTo | theirWords, `по_{его,ее}_{словам,мнению,оценке,данным,утверждению}`},
	{says, `переда{ет,ют,л,ла,ли} рассужда{ет,ют} поделилась прокомментировала комментировал{,а,и} обеща{ет,ют,л,ла,ли} пообещал{,а,и} предсказал{,а,и} спрогнозировал{,а,и} оцени{л,ла,ли,вает,вают} сомнева{ется,ются} опаса{ется,ются}
		призна{ет,ют} проинформировал{,а,и} информиру{ет,ют} сообща{лось,ется} акцентировал{,а,и}_внимание заверил{,а,и} заверя{ет,ют} убежда{ет,ют} констатиру{ет,ют} резюмиру{ет,ют} уточня{ет,ют} поясня{ет,ют} замеча{ет,ют} добавляет
		подытожива{ет,ют} возмутил{ся,ась,ись} удивил{ся,ась,ись} воскликнул{,а,и} выска{зал,зала,зали}_мнение дума{ет,ют} продолжил{,а,и} продолжа{ет,ют} парирова{л,ла,ли} подче{ркивал,ркивала,ркивали} отмеча{л,ла,ли} указыва{л,ла,ли} заявля{л,ла,ли}`},
	{saysFor, `настоя{л,ла,ли} поприветствовал{,а,и} одобри{л,ла,ли} критику{ет,ют} поддержива{ет,ют} протесту{ет,ют}`},
	{accordingTo, `по_данным со_слов по_версии по_информации согласно_заявлению как_следует_из_заявления`},
	{head, `пресс-служб{а,ы,е} постпред{,а} постпредств{о,а} замминистра глав{а,ы}_мид заместител{ь,я} премьер премьер-министр{,а} спикер{,а} вице-спикер{,а} уполномоченн{ый,ого,ая,ой} канцлер{,а} министр{,а,ом}_иностранных_дел`},
	{cabinet | head, `постпред{,а} глав{а,ы}_мид замминистра премьер министр{,а,ом}_иностранных_дел посол посла министр{,а} пресс-секретар{ь,я}`},
	{says, `охарактеризова{л,ла,ли} призна{лся,лась,лись} пожалова{лся,лась,лись} рассказал{,а,и} рассказыва{ет,ют} посетовал{,а,и} подытожил{,а,и} резюмировал{,а,и} прокомментировал{,а,и} добавля{ет,ют} подтвержда{ет,ют}
		отреагировал{,а,и} обрати{л,ла,ли}_внимание дал{,а,и}_понять напомина{ет,ют} уверен{,а,ы} убежден{,а,ы} поделил{ся,ась,ись} объясня{ет,ют} комментиру{ет,ют} заключил{,а,и} процитировал{,а,и} предположил{,а,и} выразил{,а,и}_мнение`},
	{cabinet | head, `министр министерства официальный_представитель мид президент премьер-министр посол постоянный_представитель представитель`},
	{adjunct, `в на`},
	{says, `заяв{ил,ила,или,ляет,ляют} сказал{,а,и} отме{тил,тила,тили,чает,чают} подчеркнул{,а,и} подчеркива{ет,ют} сообщ{ил,ила,или,ает,ают} добавил{,а,и} указал{,а,и} указыва{ет,ют} напомнил{,а,и} пояснил{,а,и} объяснил{,а,и}
		уточнил{,а,и} счита{ет,ют} полага{ет,ют} предупре{дил,дила,дили,ждает,ждают} утвержда{ет,ют,л,ла,ли} говор{ит,ят,ил,ила,или} написал{,а,и} пишет пишут констатировал{,а,и} объявил{,а,и} ответил{,а,и} признал{,а,и} заметил{,а,и}
		подтвердил{,а,и} назва{л,ла,ли} называ{ет,ют} обвини{л,ла,ли} предостер{ег,егла,егли} настаива{ет,ют}`},
	{saysFor, `призвал{,а,и} призыва{ет,ют} потребовал{,а,и} требу{ет,ют} предложил{,а,и} предлага{ет,ют} поддержал{,а,и} осудил{,а,и} осужда{ет,ют} отверг{,ла,ли} отверга{ет,ют} приветствовал{,а,и} приветству{ет,ют}
		высказал{ся,ась,ись,,а,и} выступил{,а,и} попросил{,а,и} раскритиковал{,а,и} рекомендовал{,а,и} выразил{,а,и} выража{ет,ют} возра{зил,зила,зили} просит просят`},
	{accordingTo, `по_словам по_мнению по_оценке по_заявлению по_утверждению`},
	{head, `делегаци{я,и,ей,ю} представител{ь,я,и,ей,ем} представительниц{а,ы} делегат{,а,ы} официальн{ый,ого}_представител{ь,я} посол посла министр{,а} министерств{о,а} мид правительств{о,а} президент{,а} председател{ь,я} пресс-секретар{ь,я}
		секретар{ь,я} директор{,а} глав{а,ы} юрист{,а} адвокат{,а} координатор{,а} организаци{я,и} ассоциаци{я,и} коалици{я,и} руководител{ь,я} сотрудни{к,ца} член{,ы} комисси{я,и} комитет{,а} групп{а,ы} миссия посольств{о,а}
		постоянн{ый,ого}_представител{ь,я} эксперт{,а} аналитик{,а} основател{ь,я} депутат{,а}`},
	{anaphor, `делегация представител{ь,я} делегат посол министр министерство организация коалиция пресс-секретарь`},
	{pronoun, `он она они он_же`},
	{auxiliary, `также было был была были`},
	{adverb, `вчера сегодня решительно снова ранее затем далее вновь неоднократно публично уже теперь еще однако при_этом в_понедельник во_вторник в_среду в_четверг в_пятницу в_субботу в_воскресенье все`},
	{negator, `не ни никогда без нельзя нет никто`},
	{modal, `бы если ли может могут мог могла могли должен должна должны`},
	{that, `что чтобы`},
	{link, `от при из`},
	{article, `эта этот наша наш`},
	{clause, `и а но что когда как поскольку так_как где который которая которые или`},
	{coordinator, `и`},
	{titled, `под_названием озаглавлен{,а,о,ный,ная,ное} названи{е,ем} термин{,а,ом} слово слова так_называем{ый,ая,ое,ые,ого,ой,ых} статья глава понятие лозунг{,ом} под_лозунгом`},
	{saysFor, `отрица{ет,ют,л,ла,ли} опроверг{ает,ают,,ла,ли}`},
	{head, `министерстве правительстве правительством министерством посольстве представительстве пресс-службе администрации администрация представителями представителям`},
}

var arabicSpeech = []wordList{
	{accordingTo | theirWords, `بحسبه بحسبها {وفقا,وفق}_{له,لها} على_حد_{قوله,قولها,تعبيره,تعبيرها} في_{رأيه,رأيها}`},
	{says, `صرحوا أعلنوا أكدوا أوضحوا أضافوا ذكروا أشاروا اعتبروا تساءل تساءلت يعلن تعلن يوضح يذكر تذكر يلفت تلفت يفيد تفيد استدرك استدركت ختم اختتم نقلت نقل قالا روى روت أقرت يقر تقر شددا نوها خلص خلصت أعاد_التأكيد_على
		توعد توعدت تعهد تعهدت يتعهد وعد وعدت يشدد تشدد يحذران بينوا يبين تبين جزم جزمت`},
	{saysFor, `يناشد تناشد ينتقد تنتقد يندد تندد يشجب تشجب يعرب تعرب أشادوا تمنى تمنت أبدى_أسفه عبر_عن عبرت_عن يعبر_عن تعبر_عن`},
	{clause, `فيما`},
	{head, `القائم بأعمال القائمة عضو أستاذ أستاذة الخبير الخبيرة خبير خبيرة الباحث الباحثة باحث النائب النائبة نائب الدكتور الدكتورة الناشط الناشطة محلل المحلل قائد مستشار مستشارة المستشار الكاتب الصحفي الصحفية المحامي المحامية`},
	{cabinet | head, `المندوب المندوبة السفارة خارجية الحكومة الرئاسة مستشار`},
	{says, `كشف كشفت بين بينت وصف وصفت توقع توقعت نوه نوهت استطرد استطردت أردف أردفت علق علقت أبدى أبدت ألمح اعترف اعترفت زعم زعمت شرح شرحت يوضح توضح يضيف تضيف يعتبر تعتبر يعتقد تعتقد رد ردت قال_مسؤول أقر أقرت أعاد_التأكيد أكدا يقولون`},
	{saysFor, `ثمن ثمنت أشاد أشادت هنأ هنأت شكر شكرت التمس أوصى أوصت يوصي توصي شجب شجبت استنكر استنكرت استنكرا حض حضت شجع شجعت`},
	{cabinet | head, `وزير وزيرة الخارجية المتحدث المتحدثة السفير السفيرة الوزير الوزيرة رئيس الرئيس الناطق مندوب`},
	{adjunct, `في`},
	{says, `قال قالت قالوا يقول تقول صرح صرحت يصرح أعلن أعلنت أكد أكدت يؤكد تؤكد أوضح أوضحت أشار أشارت يشير تشير ذكر ذكرت أضاف أضافت شدد شددت اعتبر اعتبرت رأى رأت يرى ترى حذر حذرت يحذر تحذر لفت لفتت أفاد أفادت نبه نبهت
		كتب كتبت أبلغ أبلغت جدد جددت تابع تابعت`},
	{saysFor, `دعا دعت يدعو تدعو طالب طالبت يطالب تطالب حث حثت يحث تحث رحب رحبت يرحب ترحب أدان أدانت يدين تدين رفض رفضت يرفض ترفض اقترح اقترحت أيد أيدت يؤيد تؤيد ناشد ناشدت انتقد انتقدت ندد نددت أعرب أعربت عارض عارضت`},
	{accordingTo, `وفقا بحسب حسب على_حد_قول على_لسان في_رأي`},
	{head, `وفد ممثل ممثلة مندوب مندوبة متحدث المتحدث متحدثة المتحدثة ناطق الناطق باسم سفير سفيرة وزير وزيرة وزارة حكومة رئيس رئيسة مدير مديرة منظمة جمعية ائتلاف تحالف شبكة لجنة بعثة أمين الأمين العام الخارجية خارجية الدائم مسؤول مسؤولة
		المدير التنفيذي المديرة التنفيذية مجموعة محام رابطة اتحاد للوفد لوفد لممثل`},
	{anaphor, `الوفد الممثل الممثلة المتحدث المتحدثة المندوب السفير السفيرة الوزير الوزيرة المنظمة الجمعية الائتلاف التحالف الوزارة الناطق`},
	{pronoun, `هو هي هم`},
	{auxiliary, `قد كان كانت`},
	{adverb, `أيضا كذلك اليوم أمس مجددا بشدة بوضوح كما`},
	{negator, `لم لن لا ليس ليست دون بدون ما_لم`},
	{modal, `إذا لو قد_يقول ربما سوف`},
	{that, `إن أن أنه أنها بأن إنه إنها بأنها بأنه`},
	{link, `باسم من لدى`},
	{article, `هذا هذه`},
	{clause, `كما حيث بينما لكن ثم التي الذي و`},
	{coordinator, `و`},
	{titled, `بعنوان المعنون المعنونة المسمى المسماة مصطلح كلمة عبارة شعار تحت_شعار ما_يسمى`},
	{saysFor, `اتهم اتهمت يتهم تتهم نفى نفت ينفي تنفي`},
}

var chineseSpeech = []wordList{
	{says, `估计 估計 预计 預計 预测 預測 预期 相信 坚称 堅稱 辩称 辯稱 直言 澄清 承认 承認 批评称 宣称 宣稱 断言 总结 反驳 反駁 证实 證實 报道称 报道说 報導稱 介绍 通报 通報 感叹 提醒 表明 声明 聲明 痛批 認定 认定`},
	{says | pointed, `谈道 道 写 答道 问道 補充說 补充说 回应说 回應說 表示说 强调说 指出说`},
	{saysFor, `促使 力挺 声援 聲援 力促 重申支持 重申反对 抨击 抨擊 斥责 斥責 强烈谴责`},
	{cabinet | head, `外交部长 外交部長 国务卿 國務卿 外相 首相 国务委员 外务大臣 代表 常驻联合国代表 驻联合国代表 副代表 公使`},
	{cabinet | head, `发言人 發言人 外交部 部长 部長 外长 外長 总理 總理 总统 總統 大使 常驻代表`},
	{says, `表示 指出 强调 強調 认为 認為 声称 聲稱 宣布 宣佈 重申 回应 回應 补充 補充 写道 寫道 说道 說道 坦言 透露 警告 解释 解釋 说明 介绍说 提到 谈到`},
	{says | pointed, `称 稱 说 說 问 答`},
	{saysFor, `呼吁 呼籲 敦促 要求 建议 建議 欢迎 歡迎 谴责 譴責 反对 反對 支持 拒绝 拒絕 赞赏 贊賞 促请 促請 主张 主張 提议 提議 批评 批評 抗议 抗議`},
	{accordingTo, `据 據 按照`},
	{head, `代表团 代表團 代表 发言人 發言人 政府 外交部 常驻 总统 總統 总理 總理 外长 外長 大使 负责人 負責人 方面 官员 官員 主席 主任 秘书长 秘書長 部长 部長 团体 组织 联盟 公司 研究员 律师 创始人 总监 理事长 会长 方`},
	{anaphor, `该代表团 该代表 发言人 该发言人 该组织 该联盟 该团体 该公司 代表团 大使 部长`},
	{pronoun, `他 她 它 他们 她们 其`},
	{auxiliary, `已 曾 也 还 亦 则`},
	{adverb, `今天 昨天 日前 近日 同时 此前 再次 随后 进一步 明确 强烈 共同 均 都 多次 最后 并 在声明中 周一 周二 周三 周四 周五 日 严厉 公开`},
	{negator, `不 没有 沒有 未 并未 並未 从未 無 无 拒绝 拒絕 否认`},
	{modal, `如果 若 可能 是否 倘若 会 将 应 应当 必须 须 能`},
	{that, `，`},
	{link, `的 驻 驻联合国`},
	{article, `该 这 本`},
	{clause, `而 但 并 和 与 及 据 但是 因为 同时`},
	{coordinator, `和 与 及 以及 與`},
	{titled, `题为 題為 名为 名為 所谓 所謂 称为 所谓的 一词 口号`},
	{says, `警告称 警告說 提出 抱怨 质疑 質疑 坦承 感慨 告诉记者 告訴記者 表态 表態`},
	{says | pointed, `抱怨说 抱怨道 抱怨說 感慨道 反问道 告诉 告訴`},
	{saysFor, `指责 指責 否认 否認`},
}
