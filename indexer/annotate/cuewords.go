package annotate

var englishCues = []wordList{
	{honour, `mr mrs ms h.e his_excellency her_excellency ambassador president secretary-general you your chair chairman chairperson facilitator colleagues minister delegates participants h_e`},
	{maybe, `if whether might may could would`},
	{adverb, `would_{,also_,first_}like_to wish_to want_to continue{,s}_to {intend,intends,wish,wishes,want,wants,decided}_to therefore fully strongly firmly warmly deeply greatly wholeheartedly particularly especially still do does will must can always sincerely hereby unequivocally categorically resolutely utterly would_therefore_like_to simply remain committed_to gratefully`},
	{firstPerson, `we i my_delegation our_{delegation,organisation,organisations,organization,organizations,coalition,members,group,groups,government} my_{government,country,organisation,organization} the_undersigned
		the_undersigned_organi{s,z}ations undersigned this_delegation this_coalition this_letter signatories the_signatories`},
	{supporting, `welcome{,s,d} support{,s,ed} endorse{,s,d} commend{,s,ed} applaud{,s,ed} fully_support strongly_support back{,s,ed}_the {are,is,am}_in_favo{u,}r_of {are,is,am}_pleased_{by,with,that,to_see} {are,is}_supportive_of
		{are,am,is}_encouraged_by expresse{s,d}_{its_,our_,}support_for express_{our_,my_,}support_for stand{,s}_in_support_of reiterate_{our,my}_support_for speak_in_favo{u,}r_of
		look_forward_to_the_{adoption,entry_into_force,signing} call{,s,ed}_for_the_{swift_,early_,}{adoption,ratification,signing}_of vote{,d,s}_{for,in_favour_of,in_favor_of} lend_{our,its}_support_to`},
	{opposing, `reject{,s,ed} oppose{,s,d} condemn{,s,ed} deplore{,s,d} denounce{,s,d} object{,s,ed}_to regret{,s,ted} disagree{,s,d}_with decr{y,ies,ied} protest{,s,ed}_against
		{are,is,am}_{deeply_,gravely_,seriously_,very_,extremely_,particularly_,also_,}{concerned,alarmed,disappointed,appalled,dismayed,troubled,disturbed,worried,outraged,shocked}
		{remain,remains}_{deeply_,gravely_,seriously_,very_,extremely_,}{concerned,alarmed,disappointed,worried,opposed} {express,expressed,expresses,voice,raise,share,reiterate}_{our_,my_,its_,}{deep_,grave_,serious_,strong_,profound_,}{concern,concerns,opposition,alarm,disappointment}
		{have,has}_{deep_,grave_,serious_,strong_,significant_,}{concerns,reservations} {are,is,am}_{strongly_,firmly_,deeply_,fundamentally_,}{opposed_to,against} stand{,s}_{firmly_,}against
		speak_against take{s,}_{issue_with,exception_to} call{,s,ed}_for_{the_,an_,}{immediate_,}{rejection,withdrawal,repeal,suspension,end}_{of,to} voted_against vote_against
		{cannot,can_not,could_not,do_not,will_not}_accept warn{,s,ed}_against caution{,s,ed}_against dissociate`},
	{favouring, `adopt ratify sign approve join vote_{for,in_favour_of,in_favor_of} accede_to support endorse welcome back`},
	{stopping, `withdraw stop cease abandon refrain repeal scrap drop halt end vote_against suspend revoke reject oppose veto discard resist reconsider rescind condemn abolish ban prohibit terminate`},
	{favouring | passive, `adopted ratified signed accepted approved supported endorsed welcomed allowed tolerated permitted justified rushed condoned`},
	{stopping | passive, `withdrawn stopped ceased abandoned repealed scrapped dropped halted revoked rejected opposed vetoed discarded rescinded condemned abolished`},
	{flawed, `unacceptable deplorable irresponsible reprehensible despicable intolerable outrageous inexcusable shameful appalling unjustifiable unjustified illegitimate deeply_flawed fundamentally_flawed flawed
		unconscionable a_threat_to a_violation_of a_{clear,flagrant,gross,blatant,serious,grave}_violation_of counterproductive hypocritical regrettable deeply_regrettable disproportionate dangerous abhorrent
		a_travesty a_disgrace not_fit_for_purpose unworkable a_dangerous cynical`},
	{accusing, `{has_,have_,had_,again_}{failed_to,refused_to,violated,breached,undermined,blatantly,flagrantly,illegally,unlawfully,brutally,brazenly,flouted,disregarded,ignored,obstructed,distorted,threatened,destabilized,destabilised,spurned}
		{has_,have_,had_,again_}{intimidated,annexed,provoked,escalated,invaded,betrayed,sabotaged,deceived,misled} illegally unlawfully brazenly blatantly flagrantly brutally
		{fails_to,refuses_to,violates,breaches,undermines,flouts,disregards,ignores,obstructs,distorts,threatens,destabilizes,destabilises,provokes,escalates,interferes,sabotages,misleads}
		{is,are}_{now_,again_,,still_,brazenly_,deliberately_,actively_}{undermining,violating,destabilizing,destabilising,threatening,trying_to_undermine,seeking_to_undermine,interfering,escalating,flouting}
		{is,are}_{now_,again_,,still_,brazenly_,deliberately_,actively_}{ignoring,obstructing,distorting,occupying,fueling,fuelling,provoking,acting_as_aggressor,seeking_to_destabilize,trying_to_destabilize}
		{continues_to,continue_to,has_continued_to}_{violate,undermine,threaten,destabilize,destabilise,ignore,occupy,deny,block,refuse,fund,fuel,obstruct,interfere,distort,provoke} has_yet_to_{issue,condemn,act}
		has_done_nothing have_done_nothing has_not_even have_not_even has_not_stopped have_not_stopped {is,are}_to_blame {is,are}_complicit_in {bears,bear}_{full_,,primary_}responsibility_for
		{continues,continue}_its_{military,aggressive,aggression,occupation,illegal,campaign}`},
	{faulty, `threats refusal failure violation violations provocation brazen illegal unlawful so-called fantastical deception disregard meddling incursion incursions militaristic aggressive aggression propaganda annexation occupation aggressor interference hypocrisy provocations distortion cynicism intimidation destabili{s,z}ation brutality warmongering lies falsehoods disinformation impunity pretext guise bogus
		misinformation`},
	{asking, `call{,s,ed,ing}_{on,upon} urge{,s,d} urging ask{,s,ed} invite{,s,d} encourage{,s,d} implore{,s,d} exhort{,s,ed} demand{,s,ed} appeal{,s,ed}_to beseech request{,s,ed} recommend{,s,ed} need{s,}_to must want call{,s,ed}_for advise{,s,d}
		expect{,s,ed} insist{,s,ed} duty_to appeal_on`},
	{duty, `should must needs_to need_to ought_to has_to have_to`},
	{infinitive, `to`},
	{unwilling, `unable refuse{,s,d} decline{,s,d} unwilling cannot failed`},
	{being, `is are was were be been being remain{,s} constitute{s,} seem{,s} am as find{,s} considers consider view deem`},
	{unless, `unless only_if provided_that on_{the_,}condition_that conditional_{on,upon} contingent_{on,upon} so_long_as as_long_as if_and_only_if subject_to_the_condition_that until_and_unless only_when only_on_condition not_until`},
	{lacking, `absent without in_the_absence_of subject_to failing until lacking`},
	{lacked, `change{s,} amendment{s,} safeguard{s,} guarantee{s,} protection{s,} revision{s,} improvement{s,} limit{s,} oversight limitation{s,} reform{s,} clarification{s,} carve-out{s,} modification{s,}`},
	{phraseEnd, `even about over regarding which who whom that because as by at in while when where if although though but since unless until with within for from to absent without so after before through whereby into against during despite and_to is are was were has have
		will would should must can could may and_that and_we than`},
}

var frenchCues = []wordList{
	{maybe, `si pourrait pourraient serait aurait`},
	{adverb, `pleinement chaleureusement tenons_à souhaitons voulons continuons_à continuons catégoriquement résolument nous unanimement`},
	{firstPerson, `nous je notre_{délégation,organisation,association,coalition,gouvernement} nos_{organisations,associations} ma_délégation mon_{pays,gouvernement,organisation} les_organisations_{soussignées,signataires} nous_soussignés les_signataires`},
	{supporting, `salu{ons,e,ent} soutenons soutien{t,nent,s} appu{yons,ie,ient} approuv{ons,e,ent} {nous_,}félicitons_de se_félicite{,nt} accueill{ons,e,ent}_{favorablement,avec_satisfaction} sommes_favorables_{à,au,aux} {est,sont}_favorable{s,}_{à,au,aux}
		souscrivons me_félicite plaidons_pour voter_{pour,en_faveur}`},
	{opposing, `rejet{ons,te,tent} condamn{ons,e,ent} dénon{çons,ce,cent} regrett{ons,e,ent} déplor{ons,e,ent} refus{ons,e,ent} {nous_,}opposons s_oppose{,nt} nous_inquiétons contest{ons,e,ent} désapprouv{ons,e,ent}
		sommes_{profondément_,vivement_,très_,gravement_,}{préoccupés,préoccupées,inquiets,inquiètes,alarmés,alarmées,opposés,opposées,déçus,déçues} {exprimons,exprime,expriment}_{notre,sa,leur,nos,ses,leurs}_{profonde_,vive_,vives_,}{préoccupation,préoccupations,inquiétude,inquiétudes,opposition,déception} sommes_contre
		mettons_en_garde {ne_pouvons_pas,ne_pouvons,ne_saurions}_accepter`},
	{favouring, `adopter ratifier signer approuver voter_{pour,en_faveur} soutenir appuyer adhérer rejoindre`},
	{stopping, `retirer cesser arrêter abandonner renoncer abroger voter_contre suspendre révoquer rejeter refuser s_opposer opposer condamner mettre_fin mettre_un_terme supprimer interdire`},
	{favouring | passive, `adopté{,e,s,es} ratifié{,e,s,es} signé{,e,s,es} accepté{,e,s,es} approuvé{,e,s,es} soutenu{,e,s,es} toléré{,e,s,es}`},
	{stopping | passive, `retiré{,e,s,es} abandonné{,e,s,es} abrogé{,e,s,es} suspendu{,e,s,es} rejeté{,e,s,es} condamné{,e,s,es}`},
	{flawed, `inacceptable{,s} intolérable{,s} scandaleu{x,se} injustifiable{,s} injustifié{,e,s,es} irresponsable{,s} inadmissible{,s} dangereu{x,se} disproportionné{,e,s,es} illégitime{,s} regrettable{,s}`},
	{asking, `appel{ons,le,lent}_{à,au,aux,les,le,la,l,} {en_,}appelons demand{ons,e,ent} exhort{ons,e,ent} invit{ons,e,ent} pri{ons,e,ent} engageons exig{eons,e,ent} recommand{ons,e,ent} encourage{ons,} encourageons prions`},
	{duty, `doit doivent devrait devraient il_faut`},
	{infinitive, `à de d`},
	{unwilling, `refusons incapable{,s}`},
	{being, `est sont être était étaient serait seraient reste demeure`},
	{unless, `à_moins_que à_moins_qu à_moins_de à_condition_que à_condition_qu à_condition_de à_la_condition_que sous_réserve_que sous_réserve_qu que_si seulement_si uniquement_si pourvu_que pourvu_qu tant_que tant_qu`},
	{lacking, `sans en_l_absence_de en_l_absence faute_de sous_réserve_de sous_réserve`},
	{lacked, `modification{s,} changement{s,} amendement{s,} garantie{s,} protection{s,} limite{s,} révision{s,} amélioration{s,} contrôle réforme{s,} clarification{s,}`},
	{phraseEnd, `qui que qu car comme lorsque lors par dans en si mais tant alors_que avec pour afin sans est sont était doit doivent depuis où et_nous à_moins_que à_condition_que parce`},
}

var spanishCues = []wordList{
	{maybe, `si podría podrían quizá quizás`},
	{adverb, `plenamente categóricamente queremos deseamos seguimos rotundamente unánimemente enérgicamente por_tanto`},
	{firstPerson, `nosotros nosotras mi_{delegación,país,gobierno,organización} nuestra{s,}_{delegación,organización,organizaciones,coalición,asociación} nuestro{s,}_{gobierno,país} las_organizaciones_{firmantes,abajo_firmantes} las_abajo_firmantes los_abajo_firmantes
		los_firmantes`},
	{supporting | own, `apoyamos respaldamos celebramos saludamos acogemos_con_{satisfacción,beneplácito} damos_la_bienvenida aplaudimos estamos_a_favor_de felicitamos valoramos_positivamente nos_congratulamos nos_complace`},
	{supporting, `apoya{,n,ba} respalda{,n} apoyó apoyaron respaldó acogió_con_{satisfacción,beneplácito} acoge{,n}_con_{satisfacción,beneplácito} aplaude{,n} celebra_la celebra_el`},
	{opposing | own, `rechazamos nos_oponemos condenamos lamentamos denunciamos deploramos repudiamos estamos_en_contra_de nos_preocupa{,n} estamos_{profundamente_,muy_,gravemente_,}preocupad{os,as} {expresamos,manifestamos}_nuestr{a,o}_{profunda_,más_enérgico_,enérgico_,más_firme_,}{preocupación,rechazo,oposición}
		no_podemos_aceptar no_aceptamos desaprobamos discrepamos objetamos alertamos_sobre`},
	{opposing, `rechaza{,n} rechazó rechazaron se_{opone,oponen,opuso,opusieron} condena{,n} condenó condenaron lamenta{,n} lamentó denuncia{,n} denunció denunciaron repudia{,n} repudió`},
	{favouring, `adoptar ratificar firmar aprobar votar_{a_favor,por} apoyar respaldar adherirse adherir suscribir`},
	{stopping, `retirar cesar detener abandonar abstenerse derogar votar_en_contra suspender revocar rechazar oponerse condenar poner_fin dejar_de eliminar prohibir archivar`},
	{favouring, `adopten ratifiquen firmen acepten aprueben apoyen respalden`},
	{stopping, `retiren cesen detengan abandonen deroguen suspendan revoquen rechacen se_opongan se_abstengan pongan_fin eliminen prohíban`},
	{favouring | passive, `adoptad{o,a,os,as} ratificad{o,a,os,as} firmad{o,a,os,as} aceptad{o,a,os,as} aprobad{o,a,os,as} adoptarse aprobarse aceptarse firmarse tolerarse`},
	{stopping | passive, `retirad{o,a,os,as} abandonad{o,a} derogad{o,a} suspendid{o,a} rechazad{o,a,os,as} rechazarse retirarse derogarse`},
	{flawed, `inaceptable{,s} intolerable{,s} injustificable{,s} irresponsable{,s} inadmisible{,s} peligros{o,a} desproporcionad{o,a} ilegítim{o,a} lamentable{,s} vergonzos{o,a}`},
	{asking, `pid{e,en,ió} inst{a,an,ó,aron}_a exig{e,en,ió} exhort{a,an,ó} recomiend{a,an} solicit{a,an,ó} llam{a,an,ó}_a`},
	{asking | own, `pedimos instamos exigimos exhortamos solicitamos llamamos_a hacemos_un_llam{amiento,ado} recomendamos invitamos urgimos`},
	{duty, `debe deben debería deberían tiene_que tienen_que hay_que`},
	{infinitive, `a de que`},
	{unwilling, `negamos incapaces`},
	{being, `es son fue ser era resulta constituye está están sea`},
	{unless, `a_menos_que salvo_que siempre_que siempre_y_cuando con_la_condición_de_que a_condición_de_que sólo_si solo_si únicamente_si mientras_no a_no_ser_que condicionad{o,a}_a`},
	{lacking, `sin en_ausencia_de a_falta_de sujeto_a sujeta_a`},
	{lacked, `cambio{s,} enmienda{s,} salvaguardia{s,} salvaguarda{s,} garantía{s,} protección protecciones límite{s,} modificación modificaciones revisión mejora{s,} control controles reforma{s,}`},
	{phraseEnd, `que cual quien porque como cuando si pero aunque con para por en sin mientras desde hasta donde es son fue debe deben y_que a_menos_que salvo_que siempre_que ya tal`},
}

var russianCues = []wordList{
	{maybe, `если бы ли`},
	{adverb, `полностью категорически безоговорочно всецело горячо тепло самым`},
	{firstPerson, `мы я наша_{делегация,организация,страна,коалиция} наши_организации наше_правительство мо{я,й}_{делегация,страна} нижеподписавшиеся подписавшиеся_организации`},
	{supporting | own, `поддерживаем приветствуем одобряем выступаем_{за,в_поддержку,в_пользу}`},
	{supporting, `поддерж{ивает,ивают,ал,ала,али} приветству{ет,ют} приветствовал{,а,и} одобря{ет,ют} одобрил{,а,и} выступа{ет,ют}_{за,в_поддержку,в_пользу} выступил{,а,и}_{за,в_поддержку,в_пользу}`},
	{opposing | own, `отвергаем осуждаем возражаем сожалеем выступаем_против {глубоко_,серьезно_,крайне_,}обеспокоены выражаем_{глубокую_,серьезную_,крайнюю_,}{обеспокоенность,озабоченность,сожаление,протест} протестуем отклоняем не_приемлем`},
	{opposing, `отверг{ает,ают,,ла,ли} осужда{ет,ют} осудил{,а,и} возража{ет,ют} сожале{ет,ют} выступа{ет,ют}_против выступил{,а,и}_против отклон{яет,яют,ил,ила,или} выразил{,а,и}_{обеспокоенность,озабоченность,сожаление,протест} обеспокоен{,а,ы}`},
	{favouring, `принять ратифицировать подписать одобрить поддержать присоединиться проголосовать_за голосовать_за приветствовать`},
	{stopping, `отозвать прекратить отказаться отменить проголосовать_против голосовать_против приостановить отвергнуть отклонить воздержаться осудить исключить запретить остановить`},
	{favouring | passive, `принят{,а,о,ы} подписан{,а,о,ы} одобрен{,а,о,ы} ратифицирован{,а,о,ы} поддержан{,а,о,ы}`},
	{stopping | passive, `отозван{,а,о,ы} отменен{,а,о,ы} отвергнут{,а,о,ы} отклонен{,а,о,ы} прекращен{,а,о,ы} исключен{,а,о,ы}`},
	{flawed, `неприемлем{,а,о,ы} недопустим{,а,о,ы} безответственн{о,ый,ая} опасн{о,ый,а} необоснован{,а,но,ы} возмутительн{о,ый}`},
	{asking, `призыва{ет,ют} призвал{,а,и} требу{ет,ют} потребовал{,а,и} прос{ит,ят} рекоменду{ет,ют} предлага{ет,ют}`},
	{asking | own, `призываем требуем просим рекомендуем предлагаем настаиваем`},
	{duty, `должен должна должно должны следует необходимо нужно нельзя`},
	{infinitive, `чтобы`},
	{unwilling, `отказыва{емся,ется,ются}`},
	{being, `является являются был была было были быть это остается`},
	{unless, `если_не при_условии при_том_условии только_если лишь_если до_тех_пор_пока только_при_условии лишь_при_условии`},
	{lacking, `без в_отсутствие при_отсутствии`},
	{lacked, `изменени{й,я} поправ{ок,ки} гаранти{й,и} защиты ограничени{й,я} доработки улучшений контроля механизмов`},
	{phraseEnd, `который которая которое которые которых что чтобы если поскольку как в на для с без при но однако и_мы пока так`},
}

var arabicCues = []wordList{
	{maybe, `إذا لو ربما`},
	{adverb, `بقوة تماما كليا`},
	{firstPerson, `نحن إننا إنني وفدي وفد_بلادي وفد_بلدي منظمتنا منظماتنا حكومتنا ائتلافنا المنظمات_الموقعة`},
	{supporting | own, `نرحب نؤيد ندعم نثني نشيد نساند نعرب_عن_تأييدنا نعرب_عن_دعمنا`},
	{supporting, `رحب رحبت يرحب ترحب أيد أيدت يؤيد تؤيد يدعم تدعم أشاد أشادت`},
	{opposing | own, `نرفض ندين نعارض نستنكر نشجب نأسف نعترض نندد نعرب_عن_{قلقنا,بالغ_قلقنا,أسفنا,رفضنا,معارضتنا} يقلقنا نشعر_بالقلق`},
	{opposing, `رفض رفضت يرفض ترفض أدان أدانت يدين تدين عارض عارضت يعارض تعارض استنكر استنكرت ندد نددت أعرب_عن_قلقه أعربت_عن_قلقها`},
	{favouring, `اعتماد التصديق الانضمام توقيع قبول تأييد التوقيع اعتمادها اعتماده`},
	{stopping, `رفض سحب وقف إلغاء التخلي الامتناع الكف معارضة تعليق إنهاء حذف`},
	{flawed, `مرفوض مرفوضة غير_مقبول غير_مقبولة خطير خطيرة مؤسف غير_مبرر`},
	{asking, `دعا دعت يدعو تدعو طالب طالبت يطالب تطالب حث حثت ناشد ناشدت`},
	{asking | own, `ندعو نطالب نحث نناشد نهيب نلتمس نوصي`},
	{duty, `يجب ينبغي لا_بد`},
	{infinitive, `إلى على ب أن بأن`},
	{being, `هو هي يعد تعد يشكل تشكل أمر`},
	{unless, `ما_لم إلا_إذا شريطة_أن بشرط_أن شرط_أن طالما إلا_بعد على_أن`},
	{lacking, `دون بدون من_دون في_غياب`},
	{lacked, `تعديلات تعديل ضمانات ضمانة تغييرات حماية قيود رقابة إصلاحات تعديلات_جوهرية`},
	{phraseEnd, `التي الذي الذين لأن لأنها إذا حيث كما لكن في على إلى عن مع ما_لم إلا ولا دون بدون أن`},
}

var chineseCues = []wordList{
	{maybe, `如果 若 是否 倘若`},
	{negator, `不应 不应当 不得 不该 不能 不应该 不可`},
	{adverb, `坚决 堅決 强烈 强力 完全 一贯 始终 热烈 继续 深表 表示 对此 明确 也`},
	{firstPerson, `我们 我們 我国 我國 我国代表团 我代表团 中方 本组织 本組織 本团体 本代表团 我方 联署组织 联署团体 签署组织 我`},
	{supporting, `欢迎 歡迎 支持 赞成 贊成 赞赏 贊賞 拥护 认可`},
	{opposing, `反对 反對 谴责 譴責 拒绝 拒絕 抗议 抗議 不赞成 不支持 不同意 不能同意 无法同意 不接受 无法支持 無法支持 不能支持 不能接受 无法接受 遗憾 遺憾 深表遗憾 担忧 擔憂 深感担忧 关切 深表关切 深切关注`},
	{favouring, `通过 通過 批准 签署 簽署 接受 支持 加入 采纳 採納 赞成`},
	{stopping, `撤回 停止 放弃 放棄 废除 廢除 反对 反對 拒绝 拒絕 否决 取消 终止 暂停 撤销 禁止 谴责`},
	{flawed, `不可接受 不能接受 无法接受 令人遗憾 不负责任 危险 不合理 错误`},
	{asking, `呼吁 呼籲 敦促 要求 促请 促請 建议 建議 请求 吁请 希望`},
	{duty, `应 應 应当 應當 必须 必須 须 应该 應該 需要 不得 不应 不应当 不该 不应该`},
	{being, `是 为 构成 属于`},
	{unless, `除非 前提是 条件是 以此为前提 为条件 为前提 只要`},
	{lacking, `没有 沒有 缺乏 缺少 若无 如无 若不 如果没有`},
	{lacked, `修改 修正 保障 保护 限制 改进 改革 监督 修订 实质性 有效 改变`},
	{phraseEnd, `因为 但 如果 并且 而 除非 否则 直到 的时候 以 从而`},
}
